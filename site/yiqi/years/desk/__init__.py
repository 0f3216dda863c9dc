"""The year at the desk: themes, weeks without anything on, records, lists of commendation."""

from yiqi.years.desk import doors, lists, records, themes, weeks
from yiqi.years.desk.blueprint import blueprint

__all__ = ["blueprint", "doors", "lists", "records", "themes", "weeks"]
