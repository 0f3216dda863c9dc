"""The parts of an address: ids and booking refs, spelled one way only, so that no oddly typed one reaches a query."""

from flask import Flask
from werkzeug.routing import BaseConverter, UnicodeConverter, ValidationError

from yiqi.web.texts import MAX_ID, Unwritable, plain


class IdConverter(BaseConverter):
    """`<id:name>`: ASCII digits without a leading zero, within the databases' integers."""

    regex = "[1-9][0-9]{0,9}"

    def to_python(self, value: str) -> int:
        if not value.isascii() or int(value) > MAX_ID:
            raise ValidationError
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class RefConverter(BaseConverter):
    """`<ref:name>`: the code on a ticket, with or without its hyphen, in either case."""

    regex = "[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}"

    def to_python(self, value: str) -> str:
        return value.replace("-", "").upper()

    def to_url(self, value: str) -> str:
        return value


class TokenConverter(BaseConverter):
    """`<token:name>`: 128 random bits as a link carries them."""

    regex = "[0-9A-Za-z_-]{22}"


class VenueConverter(BaseConverter):
    """`<venue:name>`: an occurrence and what is signed of it."""

    regex = r"[1-9][0-9]{0,9}\.[0-9A-Za-z_-]{16}"


class FeedConverter(BaseConverter):
    """`<feed:name>`: whose calendar, and what is signed of it."""

    regex = r"[1-9][0-9]{0,8}-[0-9A-Za-z_-]{27}"


class TextConverter(UnicodeConverter):
    """`<name>`: a word; one with characters that are never stored is nobody's address."""

    def to_python(self, value: str) -> str:
        try:
            plain(value)
        except Unwritable:
            raise ValidationError from None
        return value


def init(app: Flask) -> None:
    app.url_map.converters["default"] = app.url_map.converters["string"] = TextConverter
    app.url_map.converters["id"] = IdConverter
    app.url_map.converters["ref"] = RefConverter
    app.url_map.converters["token"] = TokenConverter
    app.url_map.converters["feed"] = FeedConverter
    app.url_map.converters["venue"] = VenueConverter
