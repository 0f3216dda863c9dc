"""What workers and unions ask for in the demo's training: subsidies in every state, lectures that travel."""

import struct
import zlib
from datetime import timedelta

from yiqi import clock
from yiqi.cli.demo_content.courses import LECTURES
from yiqi.cli.demo_programmes.training_stage import Stage
from yiqi.papers.rules.kinds import Kind as PaperKind
from yiqi.programmes.training import lectures, subsidies
from yiqi.programmes.training.rules.requests import Kind, State

ADMIN, TEACHES, ORGANIZES, WORKER = 1, 2, 3, 10
"""Accounts: the federation, who answers for a union, who organizes another one, and a worker who learns."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def for_money(stage: Stage) -> None:
    """A request in each state: of the worker, and of others of the union whose organizer answers."""
    worker, by_id = stage.account(WORKER), stage.account(TEACHES)
    others = [one.id for one in stage.cast.crowd if one.union == "泰德制药"]
    asked: tuple[tuple[int, Kind, str, int, tuple[tuple[State, str], ...]], ...] = (
        (
            worker,
            Kind.SKILL,
            "电工四级（中级工）",
            400,
            ((State.APPROVED, ""), (State.PAID, "11 月 6 日打到工资卡")),
        ),
        (worker, Kind.DEGREE, "机电一体化（大专）", 60, ((State.MORE, "学信网的备案表少一页，补上再提交"),)),
        (others[0], Kind.SKILL, "电工五级（初级工）", 30, ()),
        (others[1], Kind.DEGREE, "药物制剂（本科）", 90, ()),
        (others[2], Kind.SKILL, "焊工五级（初级工）", 45, ()),
        (others[3], Kind.SKILL, "叉车司机 N1", 200, ((State.REFUSED, "N1 是特种设备证，不在这次的目录里"),)),
        (others[4], Kind.SKILL, "数控车工四级（中级工）", 120, ((State.APPROVED, "材料齐了"),)),
    )
    made = 0
    for n, (person_id, kind, what, days, answers) in enumerate(asked):
        begun_at = stage.at - timedelta(days=21 - 2 * n, hours=3)
        made = subsidies.begin(
            person_id=person_id,
            kind=kind,
            what=what,
            number=f"S000011{stage.rng.randint(10**6, 10**7 - 1)}",
            obtained_on=clock.beijing(stage.at).date() - timedelta(days=days),
            nonce=f"demo-{n}",
            at=begun_at,
        )
        subsidies.hand_in(
            subsidy_id=made,
            person_id=person_id,
            name=f"{what}.png",
            kind=PaperKind.PNG,
            content=_picture(n),
            at=begun_at + timedelta(minutes=6),
        )
        subsidies.send(subsidy_id=made, person_id=person_id, said="", at=begun_at + timedelta(minutes=9))
        seen = State.SENT
        for step, (becomes, because) in enumerate(answers, 1):
            answered_at = begun_at + timedelta(days=min(step * 2, 4))
            subsidies.answer(
                subsidy_id=made, becomes=becomes, because=because, seen=seen, by_id=by_id, at=answered_at
            )
            seen = becomes
    subsidies.note(subsidy_id=made, said="证书编号在全国联网查询核对过", by_id=by_id, at=stage.at - 8 * HOUR)
    subsidies.begin(
        person_id=worker,
        kind=Kind.SKILL,
        what="PLC 编程入门",
        number="",
        obtained_on=clock.beijing(stage.at).date() - timedelta(days=5),
        nonce="demo-begun",
        at=stage.at - 2 * HOUR,
    )


def for_lectures(stage: Stage) -> None:
    """The list; a union that waits for an answer, one whose lecture is set, one that was told no."""
    admin = stage.account(ADMIN)
    ids = []
    for title, lecturer, about, minutes in LECTURES:
        row = {"title": title[0], "title_en": title[1], "lecturer": lecturer[0], "lecturer_en": lecturer[1]}
        row |= {"about": about[0], "about_en": about[1]}
        ids.append(lectures.add(row=row | {"minutes": minutes}, by_id=admin, at=stage.at - 40 * DAY))
    for n, (lecture, number, union, venue, days) in enumerate(
        (
            (2, TEACHES, "泰德制药", "职工之家二层", (9, 10)),
            (0, ORGANIZES, "京东集团", "总部 A 座 3 层多功能厅", (8, 15)),
            (4, ORGANIZES, "京东集团", "总部 A 座 3 层多功能厅", (3,)),
        )
    ):
        asked_at = stage.at - timedelta(days=5 - n, hours=2)
        made = lectures.ask(
            lecture_id=ids[lecture],
            union_id=stage.cast.unions[union],
            wishes=[stage.instant(day + 7, "12:15") for day in days],
            venue=venue,
            people=40 + 20 * n,
            said="中午讲，员工带饭来" if n == 0 else "",
            nonce=f"demo-{n}",
            by_id=stage.account(number),
            at=asked_at,
        )
        if n == 1:
            start = stage.instant(days[0] + 7, "12:15")
            lectures.agree(request_id=made, starts_at=start, by_id=admin, at=asked_at + DAY)
        if n == 2:
            because = "税务局 12 月才有老师，到时候再约"
            lectures.refuse(request_id=made, because=because, by_id=admin, at=asked_at + DAY)


def _picture(shade: int) -> bytes:
    """A small grey picture, as a photo of a certificate would be kept."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        told = kind + data
        return struct.pack(">I", len(data)) + told + struct.pack(">I", zlib.crc32(told))

    width, height = 320, 200
    rows = (b"\x00" + bytes([200 + shade]) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body
