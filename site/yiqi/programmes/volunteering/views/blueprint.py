"""The blueprint of volunteering's pages, with the words that their templates use."""

from flask import Blueprint

from yiqi.programmes.volunteering import words

blueprint = Blueprint("volunteering", __name__, url_prefix="/volunteering")
blueprint.context_processor(
    lambda: {
        "hours_of": words.hours,
        "length_of": words.length,
        "stars_of": words.stars,
        "hours_because": words.because,
        "HOURS_STATES": words.STATES,
        "HOURS_TAGS": words.TAGS,
        "HOURS_DEEDS": words.DEEDS,
    }
)
