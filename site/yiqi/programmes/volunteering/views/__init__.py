"""The pages of volunteering for everybody and for volunteers."""

from yiqi.programmes.volunteering.views import certificate, consents, hours, pages, squads
from yiqi.programmes.volunteering.views.blueprint import blueprint

__all__ = ["blueprint", "certificate", "consents", "hours", "pages", "squads"]
