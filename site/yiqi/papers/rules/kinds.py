"""Which kind a file is: by what it holds, never by what it is called."""

import zipfile
from enum import StrEnum
from io import BytesIO


class Kind(StrEnum):
    """What may be handed in, spelled as the ending of its name."""

    PDF = "pdf"
    DOCX = "docx"
    TXT = "txt"
    JPG = "jpg"
    PNG = "png"


MEDIA = {
    Kind.PDF: "application/pdf",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.TXT: "text/plain; charset=utf-8",
    Kind.JPG: "image/jpeg",
    Kind.PNG: "image/png",
}
_HEADS = {Kind.PDF: b"%PDF-", Kind.JPG: b"\xff\xd8\xff", Kind.PNG: b"\x89PNG\r\n\x1a\n"}
_TEXTS = ("utf-8-sig", "gb18030")


def kind_of(content: bytes) -> Kind | None:
    """Its kind; None for what is none of these, and for a document of Word that carries macros."""
    for kind, head in _HEADS.items():
        if content.startswith(head):
            return kind
    if content.startswith(b"PK\x03\x04"):
        return Kind.DOCX if _is_docx(content) else None
    return Kind.TXT if as_text(content) is not None else None


def as_text(content: bytes) -> str | None:
    """A text as it was written on a phone or an office computer; None for what is none."""
    if not content or b"\x00" in content:
        return None
    for encoding in _TEXTS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if all(char in "\t\r\n\f" or ord(char) >= 32 for char in text):
            return text
    return None


def _is_docx(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False
    return "word/document.xml" in names and "word/vbaProject.bin" not in names
