"""What a file is, told by its bytes and not by its name."""

import zipfile
from io import BytesIO

import pytest

from yiqi.papers.keeping import tidy
from yiqi.papers.rules.kinds import Kind, as_text, kind_of


def a_zip(*names: str) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 ...", Kind.PDF),
        (b"\xff\xd8\xff\xe0", Kind.JPG),
        (b"\x89PNG\r\n\x1a\n...", Kind.PNG),
        (a_zip("[Content_Types].xml", "word/document.xml"), Kind.DOCX),
        ("我和亦庄".encode(), Kind.TXT),
        ("我和亦庄".encode("gb18030"), Kind.TXT),
        (a_zip("word/document.xml", "word/vbaProject.bin"), None),
        (a_zip("xl/workbook.xml"), None),
        (b"PK\x03\x04 broken", None),
        (b"MZ\x90\x00", None),
        (b"", None),
        (b"a\x07b", None),
    ],
)
def test_a_file_is_what_it_holds(content: bytes, kind: Kind | None) -> None:
    assert kind_of(content) == kind


def test_a_text_of_an_office_computer_is_read() -> None:
    assert as_text("职工书屋".encode("gb18030")) == "职工书屋"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("我的征文.docx", "我的征文.docx"),
        ("../../etc/passwd", "....etcpasswd.docx"),
        ("a\u202excod.exe", "axcod.docx"),
        ("", "paper.docx"),
        ("好" * 200, "好" * 74 + ".docx"),
    ],
)
def test_a_name_is_made_one_that_any_system_keeps(name: str, kept: str) -> None:
    found = tidy(name, Kind.DOCX)

    assert found == kept.lstrip(".") or found == kept
    assert len(found) <= 80
