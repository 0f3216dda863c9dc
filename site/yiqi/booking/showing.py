"""What pages that follow slots are told: their poller, what changed, and what is said of it."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple

from flask import Flask, Response, current_app, render_template, url_for
from msgspec import Struct

from yiqi import clock
from yiqi.activities import calendar
from yiqi.booking import blocks, standing
from yiqi.booking.mine import Entry
from yiqi.booking.rules.deadlines import RUSH_AFTER, RUSH_BEFORE, Deadlines
from yiqi.booking.rules.states import State
from yiqi.booking.standing import Standing
from yiqi.booking.watching import MOST_WATCHED
from yiqi.i18n import gettext as _
from yiqi.live.snapshot import Seen, shown_version
from yiqi.web.crowds import unhurried
from yiqi.web.display import language
from yiqi.web.formats import moment
from yiqi.web.htmx import fragment
from yiqi.web.kept import Kept

SECONDS = {"page": 15, "list": 20, "mine": 20}
RUSH_SECONDS = 3
LONGEST_WAS = 1000
MOST_COUNTS = 500
"""Counts that are kept as they were last rendered."""


class Poll(Struct, frozen=True):
    """A page's one poller: where it asks, and how many seconds apart."""

    url: str
    every: int


def poll(standings: Sequence[Standing], now: datetime, view: str = "page") -> Poll | None:
    """The poller for these slots; None when there is nothing left to follow. Quick around an opening."""
    followed = [found for found in standings if not found.is_over]
    if not followed:
        return None
    rush = any(_is_rush(found.activity.opens_at, now) for found in followed)
    slots = ",".join(f"{found.slot.id}.{found.version}" for found in followed)
    was = ",".join(_was(found) for found in followed) if view == "page" else None
    return poller(slots, view, was=was, rush=rush)


class Watched(NamedTuple):
    """What a list's poller asks about: `id.version,id.version,…`, and whether an opening is near."""

    slots: str
    is_rush: bool


def watched(slots: Iterable[Any], now: datetime) -> Watched | None:
    """What is to be followed of a list, from the rows of its slots (`calendar.Showing.slots`); None for nothing."""
    pairs, rush = {}, False
    for slot in slots:
        if slot.slot_id not in pairs and slot.slot_ends_at > now:
            shown = shown_version(slot.version, Deadlines.of_listed(slot).instants, now)
            pairs[slot.slot_id] = f"{slot.slot_id}.{shown}"
            rush = rush or _is_rush(slot.opens_at, now)
    return Watched(",".join(list(pairs.values())[:MOST_WATCHED]), rush) if pairs else None


def list_poll(followed: Watched | None) -> Poll | None:
    """The poller of a list."""
    return poller(followed.slots, "list", rush=followed.is_rush) if followed else None


def poller(slots: str, view: str, *, was: str | None = None, rush: bool = False) -> Poll:
    """A poller's address and its interval with 20 % jitter, so that pages do not ask all at once; longer while people
    stand in line for the site, so that those who look make way for those who press."""
    seconds = unhurried(RUSH_SECONDS if rush else SECONDS[view])
    spread = max(1, round(seconds * 0.2))
    was = was if was and len(was) < LONGEST_WAS else None
    url = url_for("booking.live", slots=slots, view=view, was=was, lang=language())
    return Poll(url, seconds + random.randint(-spread, spread))  # noqa: S311


def page_changes(
    followed: Sequence[Standing], person_id: int | None, changed: Sequence[int], was: str
) -> Response:
    """The answer to an activity page's poll: the next poller, and count and state of each changed slot out of band. A quota
    may be one of several slots: with one of them all that have quotas are told anew."""
    fresh = [found for found in followed if found.slot.id in changed or found.shares_quotas]
    next_poll = poll(followed, followed[0].at) if followed else None
    shown = blocks.of(fresh, person_id)
    return fragment(render_template("booking/_live.html", poll=next_poll, shown=shown, news=news(fresh, was)))


def list_changes(
    seen: Mapping[int, Seen], changed: Sequence[int], viewer: Callable[[], int | None], now: datetime
) -> Response:
    """The answer to a list's poll: the next poller, and the count of each changed slot or activity out of band.

    A count that anybody may see looks alike to everybody: thousands who follow one opening have it read and rendered
    once for each version.
    """
    kept: Kept[str] = current_app.extensions["yiqi.counts"]
    versions, today = {one: seen[one].at(now) for one in changed}, clock.beijing(now).date()
    keys = {one: (one, versions[one], today, seen[one].shows) for one in changed if not seen[one].is_for_some}
    pieces = {one: kept.find(key) for one, key in keys.items()}
    unread = [one for one in changed if pieces.get(one) is None]
    fresh = standing.counts(unread, viewer(), now) if unread else []
    for found in fresh:
        slot_id = found.slot.id
        piece = pieces[slot_id] = render_template("booking/_count.html", standing=found, now=now)
        if slot_id in keys and found.version == versions[slot_id] and len(found.activity.slots) == 1:
            kept.keep(keys[slot_id], piece)
    together = [render_template("booking/_total.html", showing=one, now=now) for one in totals(fresh)]
    told = [piece for piece in pieces.values() if piece is not None]
    next_poll = render_template("booking/_poller.html", poll=_next_poll(seen, "list", now))
    return fragment(next_poll, *told, *together)


def mine_changes(seen: Mapping[int, Seen], now: datetime) -> Response:
    """The answer to 我的: the next poller, and the word to its list to fetch itself again."""
    response = fragment(render_template("booking/_poller.html", poll=_next_poll(seen, "mine", now)))
    response.headers["HX-Trigger"] = "yiqi:mine"
    return response


def totals(fresh: Iterable[Standing]) -> list[calendar.Showing]:
    """Activities with several slots show their seats together on a list: these changed."""
    several = [found for found in fresh if len(found.activity.slots) > 1]
    if not several:
        return []
    ids = {found.activity.id for found in several}
    return calendar.of_activities(sorted(ids), several[0].at)


def news(fresh: Iterable[Standing], was: str) -> list[str]:
    """What the live region says: only what is about this visitor, or the last seat gone."""
    before = dict(part.split(".", 1) for part in was.split(",") if "." in part)
    said = []
    for found in fresh:
        then, now = before.get(str(found.slot.id), ""), _was(found).split(".", 1)[1]
        if then == now:
            continue
        if found.state == State.CONFIRMED:
            said.append(_("轮到你了，报名成功"))
        elif found.state == State.OFFERED and found.booking and found.booking.offer_until:
            said.append(_("轮到你了，%(when)s 前确认", when=moment(found.booking.offer_until)))
        elif found.state == State.REJECTED:
            said.append(_("组织者没有通过"))
        elif found.state == State.CALLED_OFF:
            said.append(_("活动取消了"))
        elif found.place:
            said.append(_("你现在是候补第 %(n)s 位", n=found.place))
        elif found.state == "open" and then == "not_open":
            said.append(_("现在可以报名了"))
        elif found.state == "full" and then == "open":
            said.append(_("刚刚满了，可以排候补"))
    return said


def by_day(entries: Sequence[Entry]) -> list[tuple[date, list[Entry]]]:
    """Entries under their Beijing day, in the given order."""
    grouped = groupby(entries, key=lambda entry: clock.beijing(entry.occurrence.starts_at).date())
    return [(day, list(group)) for day, group in grouped]


def nearest_first(entries: Iterable[Entry], today: date) -> list[Entry]:
    """Entries by their distance from today, whole days together."""

    def order(entry: Entry) -> tuple[int, date, datetime]:
        day = clock.beijing(entry.occurrence.starts_at).date()
        return abs((day - today).days), day, entry.occurrence.starts_at

    return sorted(entries, key=order)


def _next_poll(seen: Mapping[int, Seen], view: str, now: datetime) -> Poll | None:
    """The poller from what the snapshot knows."""
    followed = {slot_id: known for slot_id, known in seen.items() if now < known.over_at}
    if not followed:
        return None
    slots = ",".join(f"{slot_id}.{known.at(now)}" for slot_id, known in followed.items())
    return poller(slots, view, rush=any(_is_rush(known.rush_at, now) for known in followed.values()))


def init(app: Flask) -> None:
    app.extensions["yiqi.counts"] = Kept[str](MOST_COUNTS)


def _is_rush(opens_at: datetime, now: datetime) -> bool:
    return opens_at - RUSH_BEFORE <= now < opens_at + RUSH_AFTER


def _was(found: Standing) -> str:
    return f"{found.slot.id}.{found.state}" + (f"-{found.place}" if found.place else "")
