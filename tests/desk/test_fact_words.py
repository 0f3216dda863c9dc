"""What is written into the audit trail stands there in words: every fact that any line of the site writes."""

import ast
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from flask import Flask

from yiqi import clock
from yiqi.booking import stands
from yiqi.desk.revising import change_words
from yiqi.desk.trust.deed_words import BARE, KINDS, LEFT_OUT, NAMES, known

SOURCE = Path(__file__).parents[2] / "site/yiqi"
ABOUT = frozenset({"at", "by_id", "thing", "person_id", "booking_ref", "because"})
"""What a deed says beside its facts."""
YEAR = clock.today().year
Written = tuple[str, ast.expr]


def facts_of(source: str) -> list[Written]:
    """Each fact that is handed to the trail in a module: its name and the expression of its value.

    Raises `AssertionError` for facts that are handed over in a way this cannot read.
    """
    found = []
    for function in (one for one in ast.walk(ast.parse(source)) if isinstance(one, ast.FunctionDef)):
        passed_on = function.args.kwarg.arg if function.args.kwarg else None
        for call in (one for one in ast.walk(function) if isinstance(one, ast.Call)):
            if _is_writing(call):
                found += list(_handed(call, function, passed_on))
    return [one for one in found if one[0] not in ABOUT]


def _is_writing(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    of = getattr(getattr(call.func, "value", None), "id", "")
    return name == "_note" or (name == "note" and of in ("trail", "deeds"))


def _handed(call: ast.Call, function: ast.FunctionDef, passed_on: str | None) -> Iterator[Written]:
    for word in call.keywords:
        if word.arg is not None:
            yield word.arg, word.value
            continue
        assert isinstance(word.value, ast.Name)
        if word.value.id != passed_on:
            yield from _kept_in(function, word.value.id)


def _kept_in(function: ast.FunctionDef, name: str) -> Iterator[Written]:
    """The items of the one dict that a function calls by a name."""
    given = [
        one.value
        for one in ast.walk(function)
        if (isinstance(one, ast.Assign) and getattr(one.targets[0], "id", "") == name)
        or (isinstance(one, ast.AnnAssign) and getattr(one.target, "id", "") == name)
    ]
    (made,) = given
    assert isinstance(made, ast.Dict)
    for key, value in zip(made.keys, made.values, strict=True):
        assert isinstance(key, ast.Constant)
        yield str(key.value), value


WRITTEN = [
    (path.relative_to(SOURCE).as_posix(), *one)
    for path in sorted(SOURCE.rglob("*.py"))
    if "note(" in (source := path.read_text(encoding="utf-8"))
    for one in facts_of(source)
]


def test_every_fact_of_a_deed_has_a_name() -> None:
    strange = {(path, name) for path, name, _value in WRITTEN if name not in {*NAMES, *BARE, *LEFT_OUT}}

    assert strange == set()


def test_every_name_is_of_a_fact_that_is_written() -> None:
    written = {name for _path, name, _value in WRITTEN} | {"in_good_standing", "number"}

    assert {*NAMES, *BARE, *LEFT_OUT} <= written


def test_every_kind_of_deed_and_of_list_has_words() -> None:
    said = {
        one.value
        for _path, name, value in WRITTEN
        if name in ("deed", "of", "kind")
        for one in ast.walk(value)
        if isinstance(one, ast.Constant)
    }

    assert {"added", "tagged", "untagged", "ended"} <= said
    assert said <= {*KINDS, ""}


def test_every_column_that_can_be_changed_has_a_name() -> None:
    columns = set(chain.from_iterable(names for _model, names in stands.COLUMNS.values()))

    assert {one for one in columns if change_words.fact(one) == one} == set()


def test_a_fact_without_words_is_found() -> None:
    line = "def verb(here):\n    trail.note(here, What.CHANGED, at=1, by_id=2, thing=3, colour='red')\n"

    assert [name for name, _value in facts_of(line)] == ["colour"]
    assert "colour" not in {*NAMES, *BARE, *LEFT_OUT}


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            {
                "of": f"{YEAR}-11-26 18:30",
                "was": {"starts_at": f"{YEAR}-11-25 18:30", "called_off_at": None},
                "became": {"starts_at": f"{YEAR}-11-26 18:30", "called_off_at": None},
                "people": 19,
            },
            "11月26日 18:30，涉及的人数 19，开始 11月25日 18:30 → 11月26日 18:30",
        ),
        ({"of": "", "was": {"status": "published"}, "became": {"status": "called_off"}, "people": 0}, ""),
        ({"of": "", "was": {}, "became": {"number": "12633"}, "people": 0}, "开出的号码 12633"),
        (
            {"was": {"capacity": 20, "venue": None}, "became": {"capacity": None, "venue": None}},
            "名额 20 → 不限",
        ),
        (
            {"deed": "kept", "changed": {"in_good_standing": [True, False], "number": ["", "8801"]}},
            "改了资料，会员资格正常 是 → 否，工号 空 → 8801",
        ),
        ({"was": f"{YEAR}-11-21T10:05:00+00:00"}, "原来 11月21日 18:05"),
        (
            {"kind": "roll", "file": "名册.xlsx", "lines": 40, "good": 38, "counts": {"new": 38}},
            "会员名册，文件 名册.xlsx，行数 40，可用的行 38",
        ),
    ],
)
def test_facts_are_told_in_words(sqlite_site: Flask, facts: dict[str, object], said: str) -> None:
    with sqlite_site.test_request_context():
        assert known(facts) == said
