"""A document that says it is small and is not never fills the memory of a server."""

import struct
import tracemalloc
import zipfile
from io import BytesIO

import pytest

from yiqi.programmes.reading.rules import blind

MB = 1024 * 1024
HUGE, LARGE = blind.MOST_BYTES + MB, 4 * MB
"""What some kilobytes of a zip may hold: more than an essay, and more than these tests may take."""


def a_document(text: bytes, *, compressed: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", compressed) as archive:
        archive.writestr("word/document.xml", text)
    return made.getvalue()


def saying(document: bytes, size: int) -> bytes:
    """The same document, whose list of parts says another size of its one part."""
    said = bytearray(document)
    at = said.index(b"PK\x01\x02")
    said[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(said)


def taken(document: bytes) -> int:
    """Bytes that were in memory at once while a document was refused."""
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=r"document|big"):
            blind.without_author(document)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_part_that_is_larger_than_it_says_is_not_unpacked() -> None:
    bomb = a_document(b"\0" * HUGE)

    assert taken(bomb) < MB, "it says how large it is"
    assert taken(saying(bomb, 1000)) < MB, "it lies"


@pytest.mark.parametrize("compressed", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["bz2", "lzma"])
def test_what_word_never_writes_is_no_document(compressed: int) -> None:
    """What is packed so cannot be unpacked a piece at a time."""
    assert taken(a_document(b"\0" * LARGE, compressed=compressed)) < MB
    assert taken(saying(a_document(b"\0" * LARGE, compressed=compressed), 1000)) < MB


@pytest.mark.parametrize("compressed", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED], ids=["stored", "deflated"])
def test_what_word_writes_stays_as_it_is(compressed: int) -> None:
    text = "<w:p>我的厂</w:p>".encode() * 1000

    bare = blind.without_author(a_document(text, compressed=compressed))

    with zipfile.ZipFile(BytesIO(bare)) as archive:
        assert archive.read("word/document.xml") == text
