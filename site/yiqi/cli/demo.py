"""`flask demo …`: content to try the site with, and what load tests need. Refused outside demo and test."""

import json
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import wraps
from time import monotonic
from typing import ParamSpec

import click
from flask import current_app
from flask.cli import AppGroup
from flask_migrate import upgrade
from sqlalchemy import func, insert, select

from yiqi import clock
from yiqi.activities.models import Activity, Allocation, Programme, Slot
from yiqi.activities.planning import Meeting, Plan, Pool, publish
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State
from yiqi.cli import demo_load, demo_people, demo_scale, demo_states
from yiqi.cli.demo_content.names import ACCOUNTS
from yiqi.cli.demo_content.unions import FEDERATION
from yiqi.cli.demo_load import BrokenOff, Size
from yiqi.db import Facts, db, writing
from yiqi.draws import lottery
from yiqi.kiosk import devices, screen
from yiqi.kiosk.rules import enrolment
from yiqi.people import persons
from yiqi.people.browser import cookie_name
from yiqi.people.models import BrowserSession, Person
from yiqi.people.rules import WORKER_IDLE
from yiqi.people.sessions import fingerprint

P = ParamSpec("P")
REHEARSAL = "报名演练"
"""The title of what `flask demo activity` publishes."""
DRILL_NUMBER, DRILL_NUMBER_EN = "演练当场掷的骰子，按先后写", "The dice thrown at the drill, in their order"
AT_LEAST_ONE = click.IntRange(min=1)

commands = AppGroup("demo", help="Demo content and tools for load tests (demo and test environments only).")


def demo_only(command: Callable[P, None]) -> Callable[P, None]:
    """Refuse politely in production: these commands make people and sessions out of nothing."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        if not current_app.config["YIQI"].is_demo:
            raise click.UsageError("flask demo works only with YIQI_ENV=demo or YIQI_ENV=test.")
        command(*args, **kwargs)

    return run


@commands.command("load")
@click.option("--people", type=click.IntRange(min=0), default=0, help="At least this many people in all.")
@click.option(
    "--activities", type=click.IntRange(min=0), default=0, help="At least this many activities in all."
)
@click.option("--bookings", type=click.IntRange(min=0), default=0, help="At least this many bookings in all.")
@demo_only
def load(people: int, activities: int, bookings: int) -> None:
    """Load the demo once; with numbers, grow it up to them. Again: changes nothing."""
    began, at = monotonic(), clock.now()
    try:
        fresh = demo_load.load(at)
    except BrokenOff:
        raise click.ClickException(
            "An earlier load was broken off. Empty the database and load again."
        ) from None
    have = demo_load.size()
    demo_scale.grow(have, Size(people, activities, bookings), at)
    now = demo_load.size()
    seconds = f"{monotonic() - began:.1f} s"
    held = f"{now.people} people, {now.activities} activities, {now.bookings} bookings"
    click.echo(
        f"Demo loaded: {held} ({seconds})" if fresh or now != have else f"Demo is loaded already: {held}"
    )


@commands.command("prepare")
@click.pass_context
@demo_only
def prepare(context: click.Context) -> None:
    """All that stands before the first page of a demo: migrate, load, say who can be tried. One process, not three."""
    upgrade(directory=str(current_app.config["YIQI"].root / "migrations"))
    context.invoke(load)
    context.invoke(accounts)


@commands.command("accounts")
@demo_only
def accounts() -> None:
    """Who can be tried, and where their sign-in codes are read."""
    for account in ACCOUNTS:
        role = f"{account.role}: {account.finds}" if account.finds else account.role
        click.echo(f"{account.phone.removeprefix('+86')}  {account.name} ({role})")
    base = current_app.config["YIQI"].base_url
    click.echo(f"Sign-in codes: {base}/demo/messages")
    click.echo(f"The organizers' desk: {base}/desk/")


@commands.command("sessions")
@click.argument("number", type=AT_LEAST_ONE)
@demo_only
def sessions(number: int) -> None:
    """Sign in NUMBER workers who hold no booking yet: one COOKIE_NAME=VALUE, person id and phone per line, between tabs."""
    at, name = clock.now(), cookie_name(current_app)
    found = _strangers(number, at)
    for token, worker in zip(_sign_in([one.id for one in found], at), found, strict=True):
        click.echo(f"{name}={token}\t{worker.id}\t{worker.phone}")


@commands.command("session")
@click.argument("phone")
@demo_only
def session(phone: str) -> None:
    """Sign in the person with PHONE (11 digits): their COOKIE_NAME=VALUE."""
    person = persons.person_by_phone(f"+86{phone}")
    if person is None:
        raise click.UsageError(f"Nobody has the phone {phone}.")
    (token,) = _sign_in([person.id], clock.now())
    click.echo(f"{cookie_name(current_app)}={token}")


@commands.command("kiosk")
@click.option("--enrolled", is_flag=True, help="Enrol it here and now, and print its COOKIE_NAME=VALUE.")
@demo_only
def kiosk(enrolled: bool) -> None:
    """A screen at the service centre: prints the code that enrols it, or its cookie."""
    at, secret = clock.now(), current_app.config["SECRET_KEY"]
    admin = persons.person_by_phone(ACCOUNTS[0].phone)
    if admin is None:
        raise click.UsageError("Load the demo first: flask demo load.")
    device_id = devices.make(
        union_id=devices.federation_id(),
        name="演示大屏",
        place="职工服务中心 · 荣华中路 10 号",
        place_en="Workers’ Service Centre, 10 Ronghua Zhonglu",
        nonce=secrets.token_urlsafe(16),
        by_id=admin.id,
        at=at,
    )
    code = enrolment.code(secret, device_id, 1)
    if enrolled:
        click.echo(f"{screen.cookie_name()}={devices.enrol(typed=code, address='cli', at=at, secret=secret)}")
        return
    base = current_app.config["YIQI"].base_url
    click.echo(f"Open {base}/kiosk/enrol and type {enrolment.spoken(code)} within a quarter of an hour.")


@commands.command("activity")
@click.option("--capacity", type=click.IntRange(min=0), help="Seats; left out: no limit.")
@click.option("--waitlist", type=click.IntRange(min=0), help="Waiting bookings; left out: no limit.")
@click.option("--allocation", type=click.Choice([*map(str, Allocation)]), default="first_come")
@click.option(
    "--starts-in",
    "hours",
    type=click.FloatRange(min=0, min_open=True),
    help="Hours from now; left out: 72 or a little later, so that two such activities never clash.",
)
@click.option("--max-party", type=AT_LEAST_ONE, default=1, help="Seats that one booking may ask for.")
@demo_only
def activity(
    capacity: int | None, waitlist: int | None, allocation: str, hours: float | None, max_party: int
) -> None:
    """Publish one activity with one slot, open from now until it starts; a draw closes and is held half-way."""
    at = clock.now()
    if hours is None:
        earlier = select(func.count()).select_from(Activity).where(Activity.title == REHEARSAL)
        hours = 72.0 + 2 * (db.session.scalar(earlier) or 0)
    starts_at = at + timedelta(hours=hours)
    half_way = (at + timedelta(hours=hours / 2)).replace(microsecond=0)
    drawn = allocation == Allocation.DRAW
    with writing() as session:
        owner_id = demo_people.unions(session)[FEDERATION[0]]
    made = publish(
        Plan(
            programme=Programme.TRAINING,
            title=REHEARSAL,
            owner_id=owner_id,
            meetings=[
                Meeting(
                    starts_at, starts_at + timedelta(minutes=90), "职工服务中心", "Workers’ Service Centre"
                )
            ],
            pools=[Pool(capacity, waitlist_limit=waitlist)],
            opens_at=at - timedelta(minutes=1),
            closes_at=half_way if drawn else starts_at,
            allocation=Allocation(allocation),
            draw_at=half_way if drawn else None,
            max_party=max_party,
            words={"title_en": "Sign-up drill", "sub": "给系统做的演练", "sub_en": "A drill for the system"},
        )
    )
    if drawn:
        lottery.announce(activity_id=made.activity_id, source=DRILL_NUMBER, source_en=DRILL_NUMBER_EN, at=at)
    click.echo(f"activity={made.activity_id} slot={made.slot_ids[0]}")


@commands.command("states")
@demo_only
def states() -> None:
    """Hang a gallery: for one worker an activity in every state a booking can be in.

    The first line is their COOKIE_NAME=VALUE, then the name of a state and its activity's id on each, between tabs.
    """
    at = clock.now()
    worker, *others = _strangers(11, at)
    with writing() as session:
        owner_id = demo_people.unions(session)[FEDERATION[0]]
    token = _sign_in([worker.id], at)[0]
    click.echo(f"{cookie_name(current_app)}={token}")
    for name, activity_id in demo_states.hang(worker.id, [one.id for one in others], owner_id, at).items():
        click.echo(f"{name}\t{activity_id}")


@commands.command("audit")
@click.argument("slot", type=int)
@demo_only
def audit(slot: int) -> None:
    """Every booking of SLOT in the order of asking, as JSON."""
    if db.session.get(Slot, slot) is None:
        raise click.UsageError(f"There is no slot {slot}.")
    bookings = db.session.execute(
        select(Booking.person_id, Person.phone, Booking.state, Booking.party, Booking.ref)
        .join(Person, Person.id == Booking.person_id)
        .where(Booking.slot_id == slot)
        .order_by(Booking.seq, Booking.id)
    )
    listed, waiting = [], 0
    for booking in bookings:
        waits = booking.state is State.WAITING
        waiting += waits
        listed.append(
            {
                "person": booking.person_id,
                "phone": booking.phone,
                "state": str(booking.state),
                "place": waiting if waits else None,
                "party": booking.party,
                "ref": booking.ref,
            }
        )
    click.echo(json.dumps(listed, ensure_ascii=False))


def _strangers(number: int, at: datetime) -> Sequence[Facts]:
    """Workers (id, phone) who hold no booking yet and are nobody's demo account; made where there are too few."""
    accounts = [account.phone for account in ACCOUNTS]
    booked = select(Booking.id).where(Booking.person_id == Person.id).exists()
    workers = (
        select(Person.id, Person.phone)
        .where(Person.phone.not_in(accounts), ~booked)
        .order_by(Person.id)
        .limit(number)
    )
    found = db.session.execute(workers).all()
    if len(found) < number:
        demo_people.add_extras(number - len(found), at)
        found = db.session.execute(workers).all()
    return found


def _sign_in(people: Sequence[int], at: datetime) -> list[str]:
    """A session for each of these people; answers the tokens."""
    tokens = [secrets.token_urlsafe(32) for _one in people]
    rows = [
        {
            "token_hash": fingerprint(token),
            "csrf": secrets.token_urlsafe(32),
            "person_id": person_id,
            "created_at": at,
            "seen_at": at,
            "expires_at": at + WORKER_IDLE,
        }
        for token, person_id in zip(tokens, people, strict=True)
    ]
    with writing() as session:
        session.connection().execute(insert(BrowserSession), rows)
    return tokens
