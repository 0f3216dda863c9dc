"""The blueprint of training's pages for everybody."""

from flask import Blueprint

blueprint = Blueprint("training", __name__, url_prefix="/training")
