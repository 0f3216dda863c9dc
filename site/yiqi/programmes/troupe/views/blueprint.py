"""The blueprint of the troupe's pages."""

from flask import Blueprint

blueprint = Blueprint("troupe", __name__, url_prefix="/troupe")
