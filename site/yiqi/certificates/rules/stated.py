"""What a certificate says, line by line."""

from msgspec import Struct


class Stated(Struct, frozen=True):
    """One line of a certificate. What is not public is printed for its person, and not shown to who checks it."""

    label: str
    value: str
    label_en: str = ""
    value_en: str = ""
    public: bool = True
