"""The one blueprint that every page of booking hangs on."""

from flask import Blueprint

blueprint = Blueprint("booking", __name__)
