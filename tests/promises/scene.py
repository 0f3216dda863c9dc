"""The rows behind `routes.Samples`: an open activity, its owner's place in it, another worker, another activity."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tests.browsing import Client, a_session, sign_in
from tests.builders import Made, a_union, a_worker, an_activity, an_organizer
from tests.builders.belonging import a_membership
from tests.builders.certified import a_certificate
from tests.builders.drafts import a_draft
from tests.builders.listed import a_list, a_roll
from tests.builders.noted import a_mark
from tests.builders.series import a_drop_in_series
from tests.kept import Remembered
from tests.promises.programmes import PROMISED
from tests.promises.route import Planted, Samples
from yiqi import clock
from yiqi.activities.models import Allocation
from yiqi.activities.rules.questions import Asked, Choice, QuestionKind
from yiqi.booking import handing, places
from yiqi.db import db
from yiqi.draws import lottery
from yiqi.notices.heartbeat import BACKGROUND, beat
from yiqi.people.models import Person
from yiqi.roles import granting
from yiqi.roles.rules.permissions import Role
from yiqi.unions import requests
from yiqi.unions.models import RequestKind

WHO = ("visitor", "owner", "other", "organizer", "kiosk")
QUESTIONS = [
    Asked("diet", QuestionKind.TEXT, "忌口", "Diet", "订餐用", "For the meal"),
    Asked("shirt", QuestionKind.CHOICE, "尺码", "Size", choices=(Choice("m", "M"), Choice("l", "L"))),
    Asked("years", QuestionKind.NUMBER, "工龄", "Years of work", least=0, most=60),
    Asked("since", QuestionKind.DATE, "入职日期", "First day at work"),
    Asked("first", QuestionKind.YES_NO, "第一次来吗？", "Is it your first time?"),
    Asked("call", QuestionKind.PHONE, "紧急联系人手机号", "Emergency number"),
]
"""One of each kind, none of them required."""


class Growing(Mapping[str, int | str]):
    """What the programmes' addresses name, each programme's rows made when the first of them is asked for."""

    def __init__(self, by: Planted, grown: Mapping[str, int | str] | None = None) -> None:
        self._by = by
        self._grown = dict(grown or {})

    def __getitem__(self, name: str) -> int | str:
        kind = name.partition("_")[0]
        if kind not in {one.partition("_")[0] for one in self._grown}:
            self._grown |= PLANTS[kind](self._by)
        return self._grown[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._grown)

    def __len__(self) -> int:
        return len(self._grown)


PLANTS: dict[str, Callable[[Planted], Mapping[str, int | str]]] = {
    "certificate": lambda by: {"certificate": a_certificate(by.owner)},
} | {one.__name__.split(".")[1]: one.plant for one in PROMISED}


@dataclass(frozen=True)
class Scene:
    """`activity` asks questions and has the owner's confirmed booking; `elsewhere` is free to both; a third one asks questions, a fourth
    gives its places by lot."""

    activity: Made
    elsewhere: Made
    owner: Person
    other: Person
    organizer: Person
    samples: Samples

    def enter(self, client: Client, who: str) -> Client:
        """The client as one of `WHO`."""
        if who == "kiosk":
            client.set_cookie("yiqi-kiosk", str(self.samples.more["kiosk_token"]), path="/kiosk")
        elif who != "visitor":
            person: Person = getattr(self, who)
            sign_in(client, person)
        return client


@dataclass(frozen=True)
class Rows:
    """The rows of a scene, by their ids."""

    activity: Made
    elsewhere: Made
    owner_id: int
    other_id: int
    organizer_id: int
    samples: Samples
    at: datetime

    def planted(self) -> Planted:
        owner, other, organizer = (
            db.session.get_one(Person, one) for one in (self.owner_id, self.other_id, self.organizer_id)
        )
        return Planted(owner, other, organizer, self.samples.union_id, self.at)

    def scene(self) -> Scene:
        by = self.planted()
        samples = replace(self.samples, more=Growing(by, self.samples.more))
        return Scene(self.activity, self.elsewhere, by.owner, by.other, by.organizer, samples)


def plant() -> Rows:
    """Make the rows, with a sign of life of background work."""
    now = clock.now()
    activity = an_activity(places=5, title="电工中级技能培训", questions=QUESTIONS)
    elsewhere = an_activity(places=5, title="职工书屋读书会", starts_in=timedelta(hours=96))
    owner, other = a_worker(name="王小明"), a_worker(name="赵小兰")
    ticket = places.sign_up(
        slot_id=activity.slot_id, person_id=owner.id, party=1, nonce="the-owner's", at=now
    )
    drawn = an_activity(
        places=2, title="博大杯决赛观赛", starts_in=timedelta(hours=200), allocation=Allocation.DRAW
    )
    lottery.announce(activity_id=drawn.activity_id, source="双色球第 2026135 期", at=now)
    given = an_activity(places=5, title="亦庄马拉松文明引导", starts_in=timedelta(hours=120))
    spare = places.sign_up(slot_id=given.slot_id, person_id=owner.id, party=1, nonce="spare", at=now)
    held_out = handing.hold_out(ref=spare.ref, person_id=owner.id, at=now)
    beat(BACKGROUND, now)
    union = a_union()
    organizer = an_organizer(union)
    staff = a_worker(name="刘师傅")
    grant_id = granting.grant(
        person_id=staff.id, role=Role.CHECK_IN_STAFF, activity_id=activity.activity_id, at=now, by_id=None
    )
    samples = Samples(
        activity_id=activity.activity_id,
        slot_id=activity.slot_id,
        ref=ticket.ref,
        free_slot_id=elsewhere.slot_id,
        mark_id=a_mark(ticket.ref),
        drawn_id=drawn.activity_id,
        series_id=a_drop_in_series(now).activity_id,
        spare_ref=spare.ref,
        token=held_out.token,
        draft_id=a_draft(organizer),
        browser_id=a_session(owner.id).browser_id,
        staff_id=staff.id,
        grant_id=grant_id,
        union_id=union.id,
        roll_id=a_roll(organizer, union),
        list_id=a_list(organizer, elsewhere.activity_id, elsewhere.slot_id),
        listed_id=elsewhere.activity_id,
        group_id=a_union(f"{union.name}一车间", parent=union).id,
        membership_id=a_membership(staff, union),
        request_id=requests.ask(
            person_id=owner.id, union_id=union.id, kind=RequestKind.JOIN, said="工号 8801", at=now
        ),
        own_union_id=a_union("北方华创工会", members=[owner]).id,
        worker_id=other.id,
    )
    return Rows(activity, elsewhere, owner.id, other.id, organizer.id, samples, now)


def plant_all() -> Rows:
    """The same, with the rows of every programme."""
    return grow(plant())


def grow(rows: Rows) -> Rows:
    """Make the rows of every programme beside those of a scene."""
    by = rows.planted()
    grown = {name: value for one in PLANTS.values() for name, value in one(by).items()}
    return replace(rows, samples=replace(rows.samples, more=grown))


_planted, _all_planted = Remembered(plant), Remembered(plant_all)


def scene() -> Scene:
    """A scene; the rows of a programme are made when they are asked for."""
    return _planted().scene()


def whole_scene() -> Scene:
    """The same, with the rows of every programme: for who counts rows before and after, and who goes to any address."""
    return _all_planted().scene()
