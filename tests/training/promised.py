"""What the promises ask of this programme: its addresses, the rows behind them, and what its part of the desk needs."""

from collections.abc import Mapping
from datetime import timedelta

from tests.promises.route import (
    A_FILE,
    CONFLICT,
    GO,
    MISSING,
    OWNER,
    OWNER_POST,
    SIGN_IN,
    SIGNED_IN,
    WRONG,
    Kind,
    Planted,
    Route,
    addresses,
    desk,
    page,
    post,
)
from tests.training import builders
from yiqi import clock

at = addresses("training")
A_PAPER = 5 * 1024 * 1024 + 64 * 1024
COURSE = "/desk/training/courses/<id:activity_id>"
SUBSIDY = "/desk/training/subsidies/<id:subsidy_id>"
REQUEST = "/desk/training/lectures/requests/<id:request_id>"
OWN = "/training/subsidies/<id:subsidy_id>"

ROUTES: tuple[Route, ...] = (
    page("/training/", "training.home"),
    page("/training/path/<trade>", "training.path", at("/training/path/{trade}")),
    page("/training/lectures", "training.lectures"),
    page("/training/subsidies", "training.subsidies"),
    page("/training/subsidies/new", "training.new_subsidy", who=SIGNED_IN),
    post(
        "/training/subsidies",
        "training.begin_subsidy",
        who=(SIGN_IN, GO, CONFLICT),
        fields=lambda _one: {
            "kind": "skill",
            "what": "电工四级（中级工）",
            "obtained_on": "2026-05-20",
            "nonce": "a-request",
        },
        books=True,
    ),
    page(OWN, "training.subsidy", at("/training/subsidies/{own}"), who=OWNER),
    Route(
        "POST",
        f"{OWN}/papers",
        "training.add_paper",
        Kind.POST,
        at("/training/subsidies/{own}/papers"),
        SIGN_IN,
        WRONG,
        MISSING,
        most_bytes=A_PAPER,
    ),
    page(
        f"{OWN}/papers/<id:paper_id>",
        "training.paper",
        at("/training/subsidies/{own}/papers/{paper}"),
        who=OWNER,
        kind=Kind.MACHINE,
    ),
    post(
        f"{OWN}/papers/<id:paper_id>/remove",
        "training.remove_paper",
        at("/training/subsidies/{own}/papers/{paper}/remove"),
        who=OWNER_POST,
    ),
    post(
        f"{OWN}/send",
        "training.send_subsidy",
        at("/training/subsidies/{own}/send"),
        who=OWNER_POST,
    ),
    post(
        f"{OWN}/withdraw",
        "training.withdraw_subsidy",
        at("/training/subsidies/{own}/withdraw"),
        who=OWNER_POST,
    ),
    desk("GET", "/desk/training/", "training_desk.home"),
    desk("POST", "/desk/training/trades", "training_desk.add_trade", status=MISSING),
    desk(
        "GET",
        COURSE,
        "training_desk.course",
        at("/desk/training/courses/{course}"),
    ),
    desk(
        "GET",
        f"{COURSE}/syllabus",
        "training_desk.syllabus",
        at("/desk/training/courses/{course}/syllabus"),
    ),
    desk(
        "POST",
        f"{COURSE}/syllabus",
        "training_desk.keep_course",
        at("/desk/training/courses/{course}/syllabus"),
        lambda _one: {"seen": "1", "percent": "80", "least": "60", "full": "100", "trade": "", "level": ""},
    ),
    desk(
        "GET",
        f"{COURSE}/results",
        "training_desk.results",
        at("/desk/training/courses/{course}/results"),
    ),
    desk(
        "POST",
        f"{COURSE}/results",
        "training_desk.upload_results",
        at("/desk/training/courses/{course}/results"),
        status=WRONG,
        most_bytes=A_FILE,
    ),
    desk(
        "GET",
        f"{COURSE}/results/sheet",
        "training_desk.results_sheet",
        at("/desk/training/courses/{course}/results/sheet"),
        kind=Kind.MACHINE,
    ),
    desk(
        "GET",
        f"{COURSE}/results/<id:list_id>",
        "training_desk.results_list",
        at("/desk/training/courses/{course}/results/{list}"),
    ),
    desk(
        "POST",
        f"{COURSE}/results/<id:list_id>",
        "training_desk.take_results",
        at("/desk/training/courses/{course}/results/{list}"),
    ),
    desk(
        "POST",
        f"{COURSE}/bookings/<ref:ref>/result",
        "training_desk.keep_result",
        at("/desk/training/courses/{course}/bookings/{ref}/result"),
        lambda _one: {"score": "81"},
    ),
    desk(
        "GET",
        f"{COURSE}/certificates",
        "training_desk.certificates",
        at("/desk/training/courses/{course}/certificates"),
    ),
    desk(
        "POST",
        f"{COURSE}/certificates",
        "training_desk.issue",
        at("/desk/training/courses/{course}/certificates"),
    ),
    desk(
        "POST",
        f"{COURSE}/certificates/<id:pass_id>/revoke",
        "training_desk.revoke",
        lambda one: (
            f"/desk/training/courses/{one.more['training_course']}/certificates/"
            f"{one.more['training_pass']}/revoke"
        ),
        lambda _one: {"because": "成绩登错了"},
    ),
    desk("GET", "/desk/training/subsidies", "training_desk.subsidies"),
    desk(
        "GET",
        SUBSIDY,
        "training_desk.subsidy",
        at("/desk/training/subsidies/{sent}"),
    ),
    desk(
        "POST",
        f"{SUBSIDY}/answer",
        "training_desk.answer_subsidy",
        at("/desk/training/subsidies/{sent}/answer"),
        lambda _one: {"answer": "more", "because": "少一页", "seen": "sent"},
    ),
    desk(
        "POST",
        f"{SUBSIDY}/note",
        "training_desk.note_subsidy",
        at("/desk/training/subsidies/{sent}/note"),
        lambda _one: {"note": "和人事核对过"},
    ),
    desk(
        "GET",
        f"{SUBSIDY}/papers/<id:paper_id>",
        "training_desk.subsidy_paper",
        at("/desk/training/subsidies/{sent}/papers/{shown}"),
        kind=Kind.MACHINE,
    ),
    desk("GET", "/desk/training/lectures", "training_desk.lectures"),
    desk("POST", "/desk/training/lectures", "training_desk.add_lecture", status=MISSING),
    desk(
        "POST",
        "/desk/training/lectures/<id:lecture_id>/retire",
        "training_desk.retire_lecture",
        at("/desk/training/lectures/{lecture}/retire"),
        status=MISSING,
    ),
    desk(
        "POST",
        "/desk/training/lectures/requests",
        "training_desk.ask_lecture",
        fields=lambda one: {
            "lecture": str(one.more["training_lecture"]),
            "union": str(one.union_id),
            "day_1": str(clock.today() + timedelta(days=20)),
            "time_1": "12:15",
            "venue": "二号楼 301",
            "people": "30",
            "nonce": "a-lecture",
        },
        books=True,
    ),
    desk(
        "GET",
        REQUEST,
        "training_desk.lecture_request",
        at("/desk/training/lectures/requests/{request}"),
    ),
    desk(
        "POST",
        f"{REQUEST}/withdraw",
        "training_desk.withdraw_lecture",
        at("/desk/training/lectures/requests/{request}/withdraw"),
    ),
    desk(
        "POST",
        f"{REQUEST}/answer",
        "training_desk.answer_lecture",
        at("/desk/training/lectures/requests/{request}/answer"),
        lambda _one: {"answer": "refuse", "because": "老师那几天都有课"},
        status=MISSING,
    ),
)
DESK: Mapping[str, str] = {
    "enter": "training_desk.home",
    "see_roster": "training_desk.course",
    "edit": "training_desk.syllabus training_desk.keep_course training_desk.certificates training_desk.issue"
    " training_desk.revoke training_desk.lectures training_desk.ask_lecture training_desk.lecture_request"
    " training_desk.withdraw_lecture",
    "import": "training_desk.results training_desk.upload_results training_desk.results_sheet"
    " training_desk.results_list training_desk.take_results training_desk.keep_result",
    "keep_members": "training_desk.subsidies training_desk.subsidy training_desk.answer_subsidy"
    " training_desk.note_subsidy training_desk.subsidy_paper",
    "keep_unions": "training_desk.add_trade training_desk.add_lecture training_desk.retire_lecture"
    " training_desk.answer_lecture",
}
"""By action of the rule book: the endpoints of its part of the desk."""
WRITTEN = (
    r"电工初级技能培训|[^ ]*实训室|[^ ]*教室|电工四级（中级工）|电工|证书\.png|成绩\.csv|郑合格|孙|二号楼 301"
)
"""What people wrote in the rows that are planted, as a pattern: it stays Chinese on an English page."""
PHONE = "13800000010"
"""Of the demo's account whose pages the browser looks at; `AS`: of the others, for some addresses."""
AS: Mapping[str, str] = {}
DEMO: Mapping[str, str] = {
    "training_trade": "SELECT min(code) FROM training_trade",
    "training_course": "SELECT min(activity_id) FROM training_course",
    "training_own": "SELECT min(s.id) FROM training_subsidy s JOIN person p ON p.id = s.person_id"
    " WHERE p.phone = '+8613800000010'",
    "training_sent": "SELECT min(id) FROM training_subsidy WHERE state = 'sent'",
    "training_request": "SELECT min(id) FROM training_lecture_request",
    "certificate": "SELECT min(c.number) FROM certificate c JOIN person p ON p.id = c.person_id"
    " WHERE p.phone = '+8613800000010'",
}
"""How the browser finds in the demo what stands in the addresses: a query of one value for each name."""


def plant(by: Planted) -> Mapping[str, int | str]:
    """Make what stands in the addresses; answers it by name, each beginning with the programme's."""
    trade = builders.a_trade()
    course = builders.a_finished_course(by)
    own = builders.a_subsidy(by.owner)
    colleague = builders.a_member(by.union_id)
    sent = builders.a_subsidy(colleague, is_sent=True)
    lecture_id = builders.a_lecture()
    return {
        "training_trade": trade,
        "training_course": course.activity_id,
        "training_ref": course.ref,
        "training_pass": course.pass_id,
        "training_list": course.list_id,
        "training_own": own.subsidy_id,
        "training_paper": own.paper_id,
        "training_sent": sent.subsidy_id,
        "training_shown": sent.paper_id,
        "training_lecture": lecture_id,
        "training_request": builders.a_lecture_request(by.organizer, by.union_id, lecture_id),
    }
