"""What is typed: every listed bad input, values that Hypothesis makes up, bad files and odd bodies."""

from collections.abc import Mapping
from functools import cache

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.sheets.files import bombs, table
from tests.web import bad_texts
from tests.web.test_bad_requests import BODIES

LISTED: Mapping[str, tuple[str, ...]] = {
    name: value
    for name, value in vars(bad_texts).items()
    if name.isupper() and isinstance(value, tuple) and name not in ("BROKEN_BYTES", "PATHS")
} | {
    "NUMBERS": (
        "0",
        "1",
        "2",
        "3",
        "7",
        "99",
        "100",
        "1000",
        "32767",
        "32768",
        "65536",
        "2147483647",
        "-0",
        "1" * 19,
    ),
    "TIMES": (
        "00:00",
        "23:59",
        "24:00",
        "7:5",
        "07:60",
        "7.30",
        "２３：５９",
        "全天",
        "09:00-",
        "18:00-09:00",
        "now",
    ),
    "YEARS": (
        "2024",
        "2026",
        "2027",
        "1900",
        "0001",
        "9999",
        "10000",
        "2026-13",
        "2026-00",
        "2026-W60",
        "2026-11",
    ),
    "LISTS": (
        "1,2,3",
        "1 2 3",
        "[]",
        "{}",
        '{"a":1}',
        "[[[[",
        '[{"name": null}]',
        "[1e400]",
        '"\\ud800"',
        '["\\u0000"]',
    ),
    "LONG": (
        "长" * 201,
        "长" * 2_001,
        "a" * 20_001,
        "\n" * 5_000,
        "&amp;" * 2_000,
        "e\u0301" * 3_000,
        "\ud800",
    ),
}
"""By kind: what may stand in any field. A lone half of a character is sent as the bytes it would be."""
ESCAPED = bad_texts.BROKEN_BYTES
HEADERS = bad_texts.HEADERS
COOKIES = ("yiqi", "yiqi-device", "yiqi-kiosk", "lang", "text", "theme", "session", "yiqi-visit")
PAYLOADS = (
    '"><img src=x onerror=alert(1)>',
    "</textarea><script>alert(1)</script>",
    "<svg/onload=1>",
    '<div hx-get="/me" hx-trigger="load">',
)
"""Markup among them that must never come back as markup."""


@cache
def files() -> Mapping[str, tuple[str, bytes]]:
    """Files by what they are: how each calls itself, and what is in it. The few that take seconds to refuse are left to
    the tests of the reader."""
    made = {name: (f"{name}.xlsx", data) for name, (data, _reason) in bombs().items() if len(data) < 500_000}
    made["a csv"] = ("名册.csv", "姓名,手机\n王小明,13800138000\n".encode())
    for coding in ("gb18030", "utf-16", "utf-8-sig"):
        made[f"a csv in {coding}"] = ("a.csv", "姓名,手机号\n张三,13912340001\n=1+1,１３８\n".encode(coding))
    made["typed"] = (
        "a.xlsx",
        table([["姓名", "手机"], ["\x07张\u202e三", 1.38e10], ["é" * 400, "13800138000.0"]]),
    )
    made["of bad names"] = (
        "a.csv",
        "\n".join(
            ["姓名,手机", *('"' + one.replace('"', '""') + '",13912340009' for one in bad_texts.NAMES)]
        ).encode("utf-8", "replace"),
    )
    made["an odd name"] = ('../../x\x00"\r\n.csv', b"a,b\n1,2\n")
    made["a picture with a script"] = (
        "x.svg",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
    )
    made["a huge picture"] = (
        "x.png",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xc3\x50\0\0\xc3\x50\x08\x06\0\0\0" + b"\0" * 99,
    )
    made["a page"] = ("x.pdf", b"%PDF-1.4\n1 0 obj<</S/JavaScript/JS(1)>>endobj")
    made["a letter"] = ("x.docx", b"PK\x03\x04" + b"\0" * 400)
    made["words"] = ("x.txt", "\x00\x1b[31m张三\u202e".encode())
    return made


def bodies() -> tuple[tuple[str | bytes, str], ...]:
    return BODIES


def made_up(of_seed: int, many: int) -> list[str]:
    """Values that nobody listed, made by Hypothesis; the same for the same seed."""
    found: list[str] = []
    numbers = st.one_of(
        st.integers(-(2**70), 2**70), st.floats(), st.decimals(), st.dates(), st.times(), st.datetimes()
    )
    texts = st.text(st.characters(), max_size=80)
    lines = st.from_regex(r"[\s\w.,:;/\\<>&%'\"={}\[\]()|+*-]{0,40}", fullmatch=True)
    phones = st.from_regex(r"\+?(86)?[ -]?1[0-9]{10}", fullmatch=True)

    @seed(of_seed)
    @settings(
        max_examples=many,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.one_of(
            texts, numbers.map(str), lines, phones, st.binary(max_size=20).map(lambda b: b.decode("latin-1"))
        )
    )
    def collect(value: str) -> None:
        found.append(value)

    collect()
    return found
