"""A file says in its properties who wrote it: before a juror opens it, it does not."""

import zipfile
from io import BytesIO

import pytest

from yiqi.programmes.reading.rules import blind

NAME = "张三"
XMP = (
    "<x:xmpmeta><dc:title><rdf:li>我的厂</rdf:li></dc:title><dc:creator><rdf:Seq><rdf:li>张三</rdf:li>\n</rdf:Seq>"
    "</dc:creator></x:xmpmeta>"
)


@pytest.mark.parametrize(
    "said",
    [
        b"/Author (Zhang San)",
        b"/Author(Zhang \\(San\\) (jr) \\\\)",
        b"/Author (" + b"\xfe\xff" + NAME.encode("utf-16-be") + b")",
        b"/Author <FEFF" + NAME.encode("utf-16-be").hex().upper().encode() + b">",
        b"/Author\r\n<feff 5f20 4e09>",
        XMP.encode(),
    ],
    ids=["plain", "escaped", "utf-16", "hex", "hex in lower case", "xmp"],
)
def test_its_author_is_blank_and_nothing_else_moves(said: bytes) -> None:
    before = (
        b"%PDF-1.7\n1 0 obj\n<< /Title (Zhang Si) " + said + b" /Creator (WPS) >>\nendobj\nxref\n0 2\n%%EOF"
    )

    after = blind.without_pdf_author(before)

    assert len(after) == len(before), "its table of contents counts bytes"
    assert said not in after
    for name in (b"Zhang S" + b"an", NAME.encode(), NAME.encode("utf-16-be"), b"5F204E09", b"5f20 4e09"):
        assert name not in after
    assert b"/Title (Zhang Si)" in after
    assert b"/Creator (WPS)" in after
    if b"rdf:li" in said:
        assert "<dc:title><rdf:li>我的厂</rdf:li></dc:title>".encode() in after
        assert after.count(b"<rdf:li>") == after.count(b"</rdf:li>") == 2


def a_document(name: str, text: str) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return made.getvalue()


def test_the_list_of_people_that_word_keeps_is_nameless_too() -> None:
    people = '<w15:person w15:author="张三"><w15:presenceInfo w15:providerId="AD" w15:userId="张三@北方"/></w15:person>'

    bare = blind.without_author(a_document("word/people.xml", people))

    with zipfile.ZipFile(BytesIO(bare)) as archive:
        assert archive.read("word/people.xml").decode() == people.replace("张三@北方", "").replace("张三", "")


def test_nothing_but_beginnings_is_looked_through_once() -> None:
    """Each beginning without an end must not be followed to the end of the file: that would be hours."""
    for beginning in (b"/Author (", b"/Author <0", b"<dc:creator>x", b"/Author ((x) "):
        file = b"%PDF-" + beginning * 50_000

        assert blind.without_pdf_author(file) == file
    beginnings = a_document("word/document.xml", "<Company " * 50_000)
    with zipfile.ZipFile(BytesIO(blind.without_author(beginnings))) as archive:
        assert archive.read("word/document.xml") == b"<Company " * 50_000
