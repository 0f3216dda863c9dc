"""Who presses: signing up, all at once, twenty times, giving back, at the door, with a list of five thousand."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from random import Random

import aiohttp

from tests.bench.measuring import Answer, Figures, figures, must, spending
from tests.bench.people import Phone, by_clients, street
from tests.bench.stage import NAMES, SURNAMES, Stage
from tests.builders import a_union
from tests.concurrency.crowd import Browser, Ground
from tests.sheets.files import table as sheet
from yiqi import clock

SIGN_UPS = {1: 120, 8: 1200, 32: 1200}
DESKS, TICKETS, LINES, STORM, TAPS = 8, 200, 5000, 120, 20


async def sign_up(stage: Stage) -> list[Figures]:
    """The page and the post, to a place that is confirmed, by one, eight and thirty-two clients."""
    done = []
    async with street(stage.base) as here:
        clients = [stage.options.clients] if stage.options.clients else SIGN_UPS
        for number in clients:
            many = stage.options.many(SIGN_UPS.get(number, 320))
            made = stage.activity(places=many + 2)
            warm, *crowd = stage.people(many + 1)
            await Phone(warm, here).sign_up(made.activity_id, made.slot_id)
            deeds = [partial(Phone(one, here).sign_up, made.activity_id, made.slot_id) for one in crowd]
            with spending(stage.site, stage.below) as spent:
                pairs = await by_clients(number, deeds)
            answers = [answer for pair in pairs for answer in pair]
            refused = [press for _page, press in pairs if press.status != 200]
            must(not refused, f"answered {[(one.status, one.text[-900:]) for one in refused]}")
            states = Counter(stage.ground.states(made.slot_id))
            must(states == {"confirmed": many + 1}, f"{many + 1} signed up, and there are {dict(states)}")
            right = f"{many} confirmed"
            took = [page.seconds + press.seconds for page, press in pairs]
            one = figures(
                "signup",
                f"{number} client{'s' * (number > 1)}",
                stage.database,
                operations=many,
                spent=spent,
                answers=answers,
                seconds=took,
                right=right,
            )
            done.append(stage.with_memory(one))
    return done


async def stampede(stage: Stage) -> list[Figures]:
    """Everybody presses at the same moment for a tenth as many places."""
    many = stage.options.many(1000)
    places = stage.options.places or max(1, many // 10)
    made = stage.activity(places=places)
    crowd = stage.people(many)
    async with street(stage.base) as here:
        action = f"/slots/{made.slot_id}/bookings"
        page = await Phone(crowd[0], here).get(f"/activities/{made.activity_id}")
        must(page.status == 200, "the activity's page is not there")
        with spending(stage.site, stage.below) as spent:
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(
                        until_answered(Phone(one, here), action, {"party": 1, "nonce": f"n{one.person_id}"})
                    )
                    for one in crowd
                ]
        tried = [task.result() for task in tasks]
    shed = sum(len(answers) - 1 for answers in tried)
    took = [sum(answer.seconds for answer in answers) for answers in tried]
    told = {one.person_id: answers[-1].text for one, answers in zip(crowd, tried, strict=True)}
    right = fairly_dealt(stage.ground, made.slot_id, places, told)
    one = figures(
        "stampede",
        f"{many:,} for {places:,} at once",
        stage.database,
        operations=many,
        spent=spent,
        answers=[answer for answers in tried for answer in answers],
        seconds=took,
        right=right,
        asked_to_wait=shed,
    )
    return [stage.with_memory(one)]


async def until_answered(phone: Phone, action: str, fields: Mapping[str, object]) -> list[Answer]:
    """Send a form, and where the site asks to wait send it again after that time, as its page does; answers all
    answers. Raises `Wrong` for any other failure, and for a page that asks to wait and has lost the form."""
    answers, until = [], time.perf_counter() + 120
    while True:
        answer = await phone.press(action, fields)
        answers.append(answer)
        if answer.status == 200:
            return answers
        patient = answer.status == 503 and "Retry-After" in answer.headers
        must(patient and time.perf_counter() < until, f"answered {answer.status}: {answer.text[:300]}")
        await asyncio.sleep(float(answer.headers["Retry-After"]))


def fairly_dealt(ground: Ground, slot_id: int, places: int, told: dict[int, str]) -> str:
    """Nobody too much, nobody twice, the queue in order without a gap, and everybody was told what the tables say.
    Raises `Wrong`."""
    bookings = ground.bookings(slot_id)
    states = Counter(booking.state for booking in bookings)
    must(len({booking.person_id for booking in bookings}) == len(bookings), "somebody has two places")
    must(set(told) == {booking.person_id for booking in bookings}, "an answer was lost")
    must(states["confirmed"] <= places, f"{states['confirmed']} sold of {places}")
    must(states["confirmed"] == min(places, len(told)), f"only {states['confirmed']} of {places} given")
    must([one.state for one in bookings] == sorted(one.state for one in bookings), "somebody was passed over")
    held, waiting = ground.found("SELECT held, waiting FROM slot WHERE id = :slot", slot=slot_id)
    must((held, waiting) == (states["confirmed"], states["waiting"]), "the counters are wrong")
    place = 0
    for one in bookings:
        place += one.state == "waiting"
        said = f' data-place="{place}"' if one.state == "waiting" else 'data-state="confirmed"'
        must(said in told[one.person_id], f"somebody was not told {said}, which is so in the tables")
    return f"{states['confirmed']} confirmed, queue 1..{states['waiting']}, 0 oversold, 0 × 5xx"


async def double_tap(stage: Stage) -> list[Figures]:
    """One person presses twenty times at once: one booking, and each answer shows it."""
    made = stage.activity(places=5)
    (one,) = stage.people(1)
    action = f"/slots/{made.slot_id}/bookings"
    async with street(stage.base) as here:
        with spending(stage.site, stage.below) as spent:
            tried = await asyncio.gather(
                *(
                    until_answered(Phone(one, here), action, {"party": 1, "nonce": f"n{number % 4}"})
                    for number in range(TAPS)
                )
            )
    answers = [each[-1] for each in tried]
    states = stage.ground.states(made.slot_id)
    must(states == ["confirmed"], f"pressed {TAPS} times, and there are {states}")
    must(len({_ref(answer) for answer in answers}) == 1, "the answers show different bookings")
    right = f"1 booking, {TAPS} answers that show it"
    return [
        figures(
            "doubletap",
            f"one person, {TAPS} posts",
            stage.database,
            operations=TAPS,
            spent=spent,
            answers=answers,
            right=right,
        )
    ]


async def storm(stage: Stage) -> list[Figures]:
    """Everybody who has a place gives it back, eight at once, and each place goes to the first who waits."""
    many = stage.options.many(STORM)
    made = stage.activity(places=many)
    crowd = stage.people(2 * many)
    async with street(stage.base) as here:
        deeds = [partial(Phone(one, here).sign_up, made.activity_id, made.slot_id) for one in crowd]
        await by_clients(8, deeds)
        before = stage.ground.bookings(made.slot_id)
        phones = {one.person_id: Phone(one, here) for one in crowd}
        holders = [booking for booking in before if booking.state == "confirmed"]
        with spending(stage.site, stage.below) as spent:
            answers = await by_clients(
                8, [partial(phones[one.person_id].press, f"/bookings/{one.ref}/cancel") for one in holders]
            )
    must({answer.status for answer in answers} == {200}, f"answered {Counter(a.status for a in answers)}")
    after = Counter(stage.ground.states(made.slot_id))
    must(after == {"cancelled": many, "confirmed": many}, f"{many} gave back, {many} waited: {dict(after)}")
    right = f"{many} given back, {many} moved up"
    return [
        figures(
            "storm",
            f"{many} give back, {many} wait",
            stage.database,
            operations=many,
            spent=spent,
            answers=answers,
            right=right,
        )
    ]


async def check_in(stage: Stage) -> list[Figures]:
    """Eight desks check people in by their codes, as fast as they can."""
    many = stage.options.many(DESKS * TICKETS)
    made = stage.activity(places=many)
    refs = stage.booked(made, stage.people(many))
    stage.begins_at(made, clock.now())
    occurrence = stage.occurrence(made)
    desks = [stage.ground.organizer() for _desk in range(DESKS)]
    path = f"/desk/activities/{made.activity_id}/check-in"
    async with street(stage.base) as here:
        warm = await Phone(desks[0], here).press(path, {"code": refs[0], "occurrence": occurrence})
        must(warm.status == 200, f"the door answers {warm.status} {warm.text[:300]}")
        with spending(stage.site, stage.below) as spent:
            answers = await by_clients(
                DESKS,
                [
                    partial(
                        Phone(desks[n % DESKS], here).press, path, {"code": ref, "occurrence": occurrence}
                    )
                    for n, ref in enumerate(refs[1:])
                ],
            )
    must({answer.status for answer in answers} == {200}, f"answered {Counter(a.status for a in answers)}")
    (came,) = stage.ground.found(
        "SELECT count(*) FROM attendance WHERE occurrence_id = :one AND in_at IS NOT NULL", one=occurrence
    )
    must(came == many, f"{many} were checked in, and {came} have come")
    return [
        figures(
            "checkin",
            f"{DESKS} desks, {many} tickets",
            stage.database,
            operations=many - 1,
            spent=spent,
            answers=answers,
            right=f"{many} came",
        )
    ]


async def rolls(stage: Stage) -> list[Figures]:
    """A union's list of five thousand members as a workbook: looked at, then taken over."""
    many = stage.options.many(LINES)
    rng = Random(many)
    rows: list[Sequence[object]] = [["姓名", "手机号"]]
    rows += [[rng.choice(SURNAMES) + rng.choice(NAMES), f"134{number:08d}"] for number in range(many)]
    desk: Browser = stage.ground.organizer()
    with stage.ground.app.app_context():
        union = a_union().id
    path, answers = f"/desk/unions/{union}/roll", []
    most, over = [stage.site.all_memory()], asyncio.Event()
    async with street(stage.base) as here:
        phone = Phone(desk, here)
        looking = asyncio.create_task(_most_memory(stage, most, over))
        with spending(stage.site, stage.below) as spent:
            form = aiohttp.FormData({"csrf_token": desk.csrf})
            form.add_field("file", sheet(rows), filename="名册.xlsx")
            sent = await here.ask("POST", path, desk.cookie, fields=form)
            must(sent.status == 303, f"the list is answered {sent.status} {sent.text[:300]}")
            address = sent.headers["Location"]
            taken = await phone.press(address, {"which": "all"}, htmx=False)
            must(taken.status == 303, f"taking over is answered {taken.status} {taken.text[-800:]}")
            answers += [sent, taken]
        over.set()
        await looking
    (members,) = stage.ground.found("SELECT count(*) FROM membership WHERE union_id = :one", one=union)
    must(members >= many, f"{many} lines are taken over, and {members} are members")
    return [
        figures(
            "import",
            f"{many:,} lines",
            stage.database,
            operations=1,
            spent=spent,
            answers=answers,
            seconds=[sent.seconds + taken.seconds],
            right=f"{many:,} members",
            looked_s=round(sent.seconds, 2),
            taken_s=round(taken.seconds, 2),
            more_memory_mb=round(max(most) - most[0], 1),
        )
    ]


async def _most_memory(stage: Stage, most: list[float], over: asyncio.Event) -> None:
    while not over.is_set():
        most.append(await asyncio.to_thread(stage.site.all_memory))
        await asyncio.sleep(0.05)


def _ref(answer: Answer) -> str:
    return answer.text.partition('data-ref="')[2][:8]
