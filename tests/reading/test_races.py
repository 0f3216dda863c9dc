"""Two readers and one book, one reader and two books, at the same moment; and with the guards off."""

import pytest
from flask import Flask
from sqlalchemy import Select, text

from tests.builders import workers
from tests.reading.making import a_copy, now, once
from tests.unions.at_once import at_once, races_into
from yiqi import clock
from yiqi.db import db
from yiqi.programmes.reading import checks, drifting
from yiqi.programmes.reading.models import BookCopy

NOW = clock.now()
POSTGRESQL = pytest.mark.parametrize("site", ["postgresql"], indirect=True)
"""On SQLite one writer comes after the other anyway."""


def two_readers(site: Flask) -> tuple[list[str], BookCopy]:
    copy, people = a_copy(), workers(2)
    seen, nonces = copy.steps, [once(), once()]
    token = copy.token
    done = at_once(
        site,
        *(
            lambda person=person, nonce=nonce: (
                drifting.receive(
                    token=token, person_id=person, seen=seen, place="", text="", nonce=nonce, at=NOW
                ).fresh
            )
            for person, nonce in zip([one.id for one in people], nonces, strict=True)
        ),
    )
    return sorted(done), now(copy.id)


def two_books(site: Flask) -> tuple[list[str], list[int | None]]:
    (reader,) = workers(1)
    copies = [a_copy("活着"), a_copy("三体")]
    reader_id, told = reader.id, [(copy.id, copy.token, copy.steps, once()) for copy in copies]
    done = at_once(
        site,
        *(
            lambda token=token, seen=seen, nonce=nonce: (
                drifting.receive(
                    token=token, person_id=reader_id, seen=seen, place="", text="", nonce=nonce, at=NOW
                ).fresh
            )
            for _copy_id, token, seen, nonce in told
        ),
    )
    return sorted(done), [now(copy_id).holder_id for copy_id, *_rest in told]


def test_two_who_scan_one_book_at_once_are_one_holder_and_one_who_is_told(site: Flask) -> None:
    done, copy = two_readers(site)

    assert done == ["Refused", "True"]
    assert copy.steps == 2
    assert [one.says for one in checks.last_step(NOW)] == []


@POSTGRESQL
def test_without_its_lock_both_would_have_taken_the_book(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Select, "with_for_update", lambda statement, **_kwargs: statement)
    races_into(monkeypatch, drifting, "_hold_person", "_is_done")

    done, _copy = two_readers(site)

    assert "Refused" not in done, "the database alone refuses the second step of that number"
    assert done == ["IntegrityError", "True"]


def test_one_who_scans_two_books_at_once_holds_one(site: Flask) -> None:
    done, holders = two_books(site)

    assert done == ["Refused", "True"]
    assert sum(holder is not None for holder in holders) == 1


@POSTGRESQL
def test_without_the_readers_lock_the_index_still_refuses_and_without_both_there_are_two(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    races_into(monkeypatch, drifting, "_hold_person", "why_not_received")
    done, holders = two_books(site)
    assert done == ["IntegrityError", "True"]
    assert sum(holder is not None for holder in holders) == 1

    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(text("DROP INDEX uq_book_copy_holder"))
    try:
        done, holders = two_books(site)
        assert done == ["True", "True"]
        assert [one.says for one in checks.one_in_hand(NOW)] == [f"person {holders[0]} holds 2 copies"]
    finally:
        db.session.rollback()
        with db.engine.begin() as connection:
            connection.execute(text("DELETE FROM drift_step"))
            connection.execute(text("DELETE FROM book_copy"))
            connection.execute(
                text(
                    "CREATE UNIQUE INDEX uq_book_copy_holder ON book_copy (holder_id) WHERE holder_id IS NOT NULL"
                )
            )
