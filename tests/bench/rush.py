"""The opening: thousands come for a tenth as many places within a minute, while other phones follow the count."""

import asyncio
import time
from functools import partial
from random import Random

from tests.bench.measuring import Answer, Figures, figures, must, percentile, spending
from tests.bench.people import Phone, Street, by_clients, form_fields, street
from tests.bench.reading import EVERY, Watchers
from tests.bench.stage import Stage
from tests.bench.writing import fairly_dealt, until_answered
from tests.concurrency.crowd import Browser

PEOPLE, WATCHING, SECONDS, FIRST = 5000, 3000, 60.0, 200


async def rush(stage: Stage) -> list[Figures]:
    """Each opens the activity's page at a moment of the minute and presses; half of them in its first fifth, as when
    sign-up opens at noon, or with `even=1` any time. `seconds=0`: all at the same moment, without the page.

    The times are from the press to the place, waiting as one is told included; `whole_…` from the first look at the page."""
    many, watching = stage.options.many(PEOPLE), stage.options.watch
    watching = min(WATCHING, many) if watching is None else watching
    seconds = SECONDS if stage.options.seconds is None else stage.options.seconds
    places = stage.options.places or max(1, many // 10)
    made = stage.activity(places=places)
    crowd = stage.people(many)
    action, rng = f"/slots/{made.slot_id}/bookings", Random(many)
    pages: list[Answer] = []
    pressed: dict[int, list[Answer]] = {}
    waited: list[float] = []
    stood: list[float] = []

    async def comes(who: Browser, after: float) -> None:
        await asyncio.sleep(after)
        phone, came = Phone(who, here), time.perf_counter()
        page = await phone.get(f"/activities/{made.activity_id}")
        pages.append(page)
        tries = 0
        while page.status == 503 and tries < 20:  # 人太多，稍等: the page asks again by itself
            tries += 1
            await asyncio.sleep(float(page.headers.get("Retry-After", 5)))
            page = await phone.get(f"/activities/{made.activity_id}")
            pages.append(page)
        must(page.status == 200, f"the activity's page answers {page.status} {page.text[:200]}")
        begins = time.perf_counter()
        pressed[who.person_id] = await until_answered(phone, action, form_fields(page.text, action))
        waited.append(time.perf_counter() - begins)
        stood.append(time.perf_counter() - came)

    async with street(stage.base) as here:
        await _warmed_up(stage, here)
        phones = Watchers(here, made.slot_id, EVERY, obeys=True)
        with spending(stage.site, stage.below) as spent:
            async with asyncio.TaskGroup() as everybody:
                for number in range(watching):
                    everybody.create_task(phones.follow(crowd[number % many], 0, Random(number)))
                async with asyncio.TaskGroup() as group:
                    for one in crowd:
                        is_early = not stage.options.even and rng.random() < 0.5
                        at = rng.uniform(0, seconds / 5 if is_early else seconds)
                        group.create_task(comes(one, at))
                phones.over.set()
    told = {person: answers[-1].text for person, answers in pressed.items()}
    right = fairly_dealt(stage.ground, made.slot_id, places, told)
    polled = phones.check()
    done = figures(
        "rush",
        f"{many:,} for {places:,} {'evenly ' * stage.options.even}in {seconds:.0f} s, {watching:,} watch",
        stage.database,
        operations=many,
        spent=spent,
        answers=[answer for answers in pressed.values() for answer in answers] + pages,
        seconds=waited,
        right=right,
        whole_p50_s=round(percentile(stood, 0.5), 1),
        whole_p99_s=round(percentile(stood, 0.99), 1),
        raw_bytes=len(max(pages, key=lambda page: page.status == 200).text.encode()),
        most_often=max(len(answers) for answers in pressed.values()) - 1,
        page_p99_ms=round(1000 * percentile([page.seconds for page in pages], 0.99), 1),
        poll_p99_ms=round(1000 * percentile([answer.seconds for answer in phones.answers], 0.99), 1),
        polls=polled,
        asked_to_wait=sum(len(answers) - 1 for answers in pressed.values()) + len(pages) - many,
        cores=round((spent.site_cpu + spent.database_cpu) / spent.seconds, 2),
    )
    return [stage.with_memory(done)]


async def _warmed_up(stage: Stage, here: Street) -> None:
    """The site has been at work before: templates are compiled, statements prepared. Not counted."""
    made, early = stage.activity(places=FIRST // 2), stage.people(FIRST)
    await by_clients(8, [partial(Phone(one, here).sign_up, made.activity_id, made.slot_id) for one in early])
