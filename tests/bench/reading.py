"""Who only looks: pages, the roster and its search, phones that follow a count."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random

from tests.bench.measuring import Answer, Figures, figures, must, percentile, spending
from tests.bench.people import Phone, Street, by_clients, street
from tests.bench.stage import Stage
from tests.builders import Made
from tests.concurrency.crowd import Browser

CLIENTS, PAGES, ROSTER, FOUND_A_PAGE = 8, 1600, 5000, 50
EVERY, WATCH_SECONDS = 5.0, 20.0
_FOLLOWED = re.compile(r"slots=([0-9]+)\.([0-9]+)")
_EVERY = re.compile(r"every ([0-9]+)s")


async def browse(stage: Stage) -> list[Figures]:
    """What a worker looks at, by eight of them at once, and a desk's page of a roster."""
    made = stage.activity(places=200)
    crowd = stage.people(60)
    stage.booked(made, crowd)
    for number in range(3):  # a worker who comes often: three more places
        more = stage.activity(places=10)
        stage.booked(more, crowd[number * 8 : number * 8 + 8])
    desk = stage.ground.organizer()
    pages: list[tuple[str, str, Sequence[Browser]]] = [
        ("home", "/", crowd),
        ("activity", f"/activities/{made.activity_id}", crowd),
        ("my bookings", "/me", crowd),
        ("roster of 60", f"/desk/activities/{made.activity_id}", [desk]),
    ]
    done = []
    async with street(stage.base) as here:
        for case, path, who in pages:
            done.append(await looked_at(stage, here, "browse", case, path, who, stage.options.many(PAGES)))
    return done


async def looked_at(
    stage: Stage, here: Street, scenario: str, case: str, path: str, who: Sequence[Browser], many: int
) -> Figures:
    """A page, asked for often by some people; a first round is not counted: templates are compiled in it."""
    phones = [Phone(one, here) for one in who]
    for _warm in range(2):
        await by_clients(CLIENTS, [partial(phones[n % len(phones)].get, path) for n in range(CLIENTS * 2)])
    with spending(stage.site, stage.below) as spent:
        answers = await by_clients(
            stage.options.clients or CLIENTS,
            [partial(phones[n % len(phones)].get, path) for n in range(many)],
        )
    fail = next((answer for answer in answers if answer.status != 200), None)
    must(fail is None, f"{path} answers {fail.status if fail else ''}")
    right = f"{many} × 200"
    raw = len(answers[0].text.encode())
    one = figures(
        scenario,
        case,
        stage.database,
        operations=many,
        spent=spent,
        answers=answers,
        right=right,
        raw_bytes=raw,
    )
    return stage.with_memory(one)


async def search(stage: Stage) -> list[Figures]:
    """Finding one of five thousand on a roster: by a character, by pinyin, by the end of a number."""
    many = stage.options.many(ROSTER)
    made = stage.activity(places=many)
    crowd = stage.people(many)
    refs = stage.booked(made, crowd)
    desk, looked_for = stage.ground.organizer(), many // 2
    name, phone = stage.ground.found(
        "SELECT name, phone FROM person WHERE id = :one", one=crowd[looked_for].person_id
    )
    done = []
    async with street(stage.base) as here:
        for case, typed in (("a surname", name[0]), ("a name", name), ("end of a number", phone[-6:])):
            path = f"/desk/activities/{made.activity_id}?q={typed}"
            case = f"{case}, of {many:,}"
            one = await looked_at(stage, here, "search", case, path, [desk], min(60, many))
            page = await Phone(desk, here).get(path)
            found = [ref for ref in refs if ref in page.text]
            must(refs[looked_for] in found or len(found) == FOUND_A_PAGE, f"{typed} finds somebody else")
            done.append(one)
    return done


@dataclass
class Watchers:
    """Phones that follow the count of one slot, each on its own beat, and what they saw when."""

    street: Street
    slot_id: int
    every: float
    obeys: bool = False
    """Whether they ask as often as each answer tells them to, as pages do."""
    answers: list[Answer] = field(default_factory=list)
    seen: list[dict[int, float]] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def follow(self, who: Browser, version: int, rng: Random) -> None:
        """Ask every few seconds what changed since the version that is shown; 204 is nothing."""
        seen: dict[int, float] = {}
        every = self.every
        self.seen.append(seen)
        await self._pause(rng.uniform(0, self.every))
        while not self.over.is_set():
            path = f"/live?slots={self.slot_id}.{version}&view=list"
            answer = await self.street.ask("GET", path, who.cookie, headers={"HX-Request": "true"})
            self.answers.append(answer)
            told = _FOLLOWED.search(answer.text) if answer.status == 200 else None
            if told:
                version = int(told[2])
                seen[version] = time.perf_counter()
            asked_for = _EVERY.search(answer.text)
            if self.obeys and asked_for:
                every = float(asked_for[1])
            await self._pause(every * rng.uniform(0.8, 1.2))

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.over.wait(), seconds)
        except TimeoutError:
            return

    def check(self) -> str:
        """Only fragments and nothing-new. Raises `Wrong`."""
        counts = dict.fromkeys((200, 204), 0)
        for answer in self.answers:
            must(answer.status in counts, f"a poll was answered {answer.status} {answer.text[:200]}")
            counts[answer.status] += 1
        return f"{counts[204]} × 204, {counts[200]} × 200"

    def late(self, written: dict[int, float]) -> list[float]:
        """For each phone and each version that was written: how long until it saw that one or a later one."""
        late = []
        for seen in self.seen:
            for version, at in written.items():
                after = [when for shown, when in seen.items() if shown >= version]
                if after:
                    late.append(max(0.0, min(after) - at))
        return late


async def watch(stage: Stage) -> list[Figures]:
    """Phones poll while nothing happens, then while somebody signs up each second: what a poll costs, how fresh it is."""
    many, seconds = stage.options.watch or 300, stage.options.seconds or WATCH_SECONDS
    made = stage.activity(places=1000)
    crowd = stage.people(min(many, 200) + int(seconds) + 1)
    watching, writing = crowd[: min(many, 200)], crowd[min(many, 200) :]
    done = []
    async with street(stage.base) as here:
        done.append(await _unchanged(stage, here, made, watching))
        phones = Watchers(here, made.slot_id, EVERY)
        version = await _version(here, made, watching[0])
        written: dict[int, float] = {}
        with spending(stage.site, stage.below) as spent:
            async with asyncio.TaskGroup() as group:
                for number in range(many):
                    group.create_task(
                        phones.follow(watching[number % len(watching)], version, Random(number))
                    )
                for one in writing:
                    await asyncio.sleep(1.0)
                    _page, answer = await Phone(one, here).sign_up(made.activity_id, made.slot_id)
                    told = _FOLLOWED.search(answer.text)
                    must(answer.status == 200 and told is not None, f"a sign-up is answered {answer.status}")
                    if told:
                        written[int(told[2])] = time.perf_counter()
                await asyncio.sleep(EVERY * 1.3)
                phones.over.set()
        late = phones.late(written)
        must(len(late) == many * len(written), f"{many * len(written) - len(late)} changes were never seen")
        done.append(
            figures(
                "watch",
                f"{many} phones, a sign-up a second",
                stage.database,
                operations=len(phones.answers),
                spent=spent,
                answers=phones.answers,
                right=phones.check(),
                fresh_p50_s=round(percentile(late, 0.5), 2),
                fresh_p99_s=round(percentile(late, 0.99), 2),
                cores=round((spent.site_cpu + spent.database_cpu) / spent.seconds, 2),
            )
        )
    return done


async def _unchanged(stage: Stage, here: Street, made: Made, who: Sequence[Browser]) -> Figures:
    version, many = await _version(here, made, who[0]), stage.options.many(2000)
    path = f"/live?slots={made.slot_id}.{version}&view=list"

    def ask(number: int) -> Callable[[], Awaitable[Answer]]:
        return partial(Phone(who[number % len(who)], here).get, path, htmx=True)

    await by_clients(CLIENTS, [ask(number) for number in range(50)])
    with spending(stage.site, stage.below) as spent:
        answers = await by_clients(CLIENTS, [ask(number) for number in range(many)])
    must(all(answer.status == 204 for answer in answers), "nothing changed, and something was sent")
    return figures(
        "watch",
        "a poll that finds nothing new",
        stage.database,
        operations=many,
        spent=spent,
        answers=answers,
        right=f"{many} × 204",
    )


async def _version(here: Street, made: Made, who: Browser) -> int:
    """The version of its slot that an activity's page shows: the stored one, raised by what the clock has passed."""
    page = await Phone(who, here).get(f"/activities/{made.activity_id}")
    told = _FOLLOWED.search(page.text)
    must(told is not None, "the activity's page follows nothing")
    return int(told[2]) if told else 0
