"""What a file says of who wrote it, taken out before anybody marks it."""

import re
import zipfile
import zlib
from io import BytesIO

_SAYS_WHO = re.compile(
    rb"(<(dc:creator|cp:lastModifiedBy|Company|Manager)(?:\s[^<>]*)?>)[^<]*(</\2>)"
    rb"|(\sw\d*:(?:author|initials|userId)=\")[^\"]*(\")"
)
"""Like those below it begins anew where it could begin again: somebody may hand in nothing but beginnings."""
_PARTS = ("docProps/", "word/")
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How Word packs its parts, and how a part can be unpacked no further than it says."""
MOST_BYTES = 20 * 1024 * 1024
"""Of a document unpacked: more is no essay."""
_PDF_AUTHOR = re.compile(
    rb"(/Author\s{0,9})(?:\(((?:[^()\\]|\\.|\((?:[^()\\]|\\.){0,99}\)){0,300})\)|<([0-9A-Fa-f\s]{0,900})>)",
    re.DOTALL,
)
_XMP_AUTHOR = re.compile(rb"<dc:creator>(?:(?!<dc:creator>).){0,2000}</dc:creator>", re.DOTALL)
_TEXT = re.compile(rb">[^<]+")


def without_author(document: bytes) -> bytes:
    """The same document (docx) without its author's name in its properties, comments and tracked changes.

    Whatever is written in the text itself stays. Other parts are copied as they are. Raises `ValueError` for what cannot
    be unpacked, or becomes too big.
    """
    try:
        return _rewritten(document)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, zlib.error) as error:
        raise ValueError("no document") from error


def without_pdf_author(document: bytes) -> bytes:
    """The same PDF, of the same length, with blanks where its properties name the author in plain, as Word and WPS write
    them. Properties inside of a compressed stream stay."""
    return _XMP_AUTHOR.sub(_blank_texts, _PDF_AUTHOR.sub(_blank, document))


def _blank(found: re.Match[bytes]) -> bytes:
    key, text, digits = found.groups()
    if text is not None:
        return bytes(key) + b"(" + b" " * len(text) + b")"
    return bytes(key) + b"<" + re.sub(rb"[0-9A-Fa-f]", b"0", digits) + b">"


def _blank_texts(found: re.Match[bytes]) -> bytes:
    return _TEXT.sub(lambda text: b">" + b" " * (len(text[0]) - 1), found[0])


def _rewritten(document: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(document)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        if sum(info.file_size for info in old.infolist()) > MOST_BYTES:
            raise ValueError("too big")
        for info in old.infolist():
            content = _unpacked(old, info)
            if info.filename.startswith(_PARTS) and info.filename.endswith(".xml"):
                content = _SAYS_WHO.sub(rb"\1\3\4\5", content)
            new.writestr(info.filename, content)
    return made.getvalue()


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """A part, of which no more is unpacked than its entry says: `read` without a number would unpack all there is."""
    if info.compress_type not in _PACKED:
        raise ValueError("no document")
    with archive.open(info) as part:
        return part.read(info.file_size + 1)
