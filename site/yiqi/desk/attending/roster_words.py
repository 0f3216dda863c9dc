"""What a roster says in words, in the page's language: refusals and reasons as an organizer reads them."""

from typing import Any

from yiqi.booking import why_not
from yiqi.booking.condition_words import need
from yiqi.booking.door_words import state_word
from yiqi.booking.roster import Tab
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.quotas import Share
from yiqi.booking.rules.states import State
from yiqi.booking.why_not import Reason, Why
from yiqi.db import Facts
from yiqi.i18n import gettext as _
from yiqi.web.formats import moment, said


def tab_word(tab: Tab) -> str:
    """The name of a group."""
    return {
        Tab.CONFIRMED: _("已确认"),
        Tab.WAITING: _("候补"),
        Tab.PENDING: _("待审核"),
        Tab.ENTERED: _("待摇号"),
        Tab.CANCELLED: _("已取消"),
        Tab.CAME: _("签到"),
    }[tab]


def not_done(refused: Refused) -> str:
    """Why something was not done for somebody, in one sentence."""
    facts = refused.facts
    match refused.why:
        case Refusal.FULL:
            return _("没有空位了。")
        case Refusal.QUOTA_FULL:
            share = facts.get("quota")
            return _quota(share) if isinstance(share, Share) else _("对方那一组的名额满了。")
        case Refusal.CLASH:
            return _clash(str(facts.get("clash") or ""))
        case Refusal.NOT_ELIGIBLE:
            condition: Any = facts.get("condition")
            if condition is None:
                return _("对方不符合报名条件。")
            return _("对方不符合报名条件：%(what)s。", what=need(condition))
        case Refusal.PARTY_TOO_BIG:
            return _("人数超过了一次能报的上限。")
        case Refusal.BARRED:
            return _("对方暂时不能报名。")
        case Refusal.TOO_MANY_OPEN:
            return _("对方同类活动报得太多了。")
        case Refusal.ALREADY_BOOKED:
            return _("对方在那一组已经有报名。")
        case Refusal.CALLED_OFF:
            return _("活动取消了。")
        case Refusal.NOT_OPEN_YET:
            return _("还没开始报名。")
        case Refusal.CLOSED:
            return _("时间过了，或者已经签到。要改先撤销签到。")
        case Refusal.NOT_YOURS:
            return _("自己的报名要由别的组织者来办。")
        case Refusal.STALE_FORM:
            return _("问题刚刚改过，按现在的再填一次。")


def not_promoted(why: Why) -> str:
    """One reason why somebody still waits."""
    facts = why.facts
    match why.reason:
        case Reason.CALLED_OFF:
            return _("活动取消了。")
        case Reason.QUEUE_OVER:
            return _("%(when)s 起候补不再递补。", when=moment(facts["since"]))
        case Reason.BARRED:
            return _("对方暂停报名到 %(when)s。", when=moment(facts["until"]))
        case Reason.NOT_ELIGIBLE:
            return _("对方不符合报名条件：%(what)s。", what=need(facts["condition"]))
        case Reason.PARTY_TOO_BIG:
            return _("一行人比全部名额（%(n)s 个）还多。", n=facts["capacity"])
        case Reason.CLASH:
            return _clash(facts["ref"])
        case Reason.QUOTA_FULL:
            return _quota(facts["quota"])
        case Reason.OVER:
            return _("现在超了 %(n)s 人，降到名额以内才递补。", n=facts["seats"])
        case Reason.FULL:
            return _("%(n)s 个名额都占着。", n=facts["capacity"])
        case Reason.KEPT:
            return _("空着的 %(n)s 个里有 %(kept)s 个给别的组留着。", n=facts["free"], kept=facts["kept"])
        case Reason.TOO_FEW:
            return _("只空出 %(n)s 个，一行 %(party)s 人坐不下。", n=facts["free"], party=facts["party"])
        case Reason.AHEAD:
            return _("前面还有 %(n)s 位。", n=facts["people"])
        case Reason.PASSED_OVER:
            return _(
                "人少的先走了 %(n)s 次，满 %(most)s 次就把空位给他们留着。",
                n=facts["times"],
                most=facts["most"],
            )
        case Reason.SKIPPED:
            return _("上次有空位时没有递补：%(why)s", why=not_done(Refused(Refusal(facts["because"]))))


def happened(change: Facts, name: str) -> str:
    """One change of a booking, for who follows the roster."""
    match change.was, change.became:
        case None, State.CONFIRMED:
            return _("%(name)s报名成功", name=name)
        case None, State.WAITING:
            return _("%(name)s加入候补", name=name)
        case None, State.PENDING:
            return _("%(name)s报了名，等审核", name=name)
        case None, _:
            return _("%(name)s报了名，等摇号", name=name)
        case _, State.CONFIRMED:
            return _("%(name)s有了名额", name=name)
        case _, State.OFFERED:
            return _("名额轮到%(name)s，等本人确认", name=name)
        case _, State.WAITING:
            return _("%(name)s到了候补里", name=name)
        case _:
            return _("%(name)s：%(state)s", name=name, state=state_word(change.became))


def done(what: str, state: State) -> str:
    """What the page says after an action; empty for a word it does not know."""
    return {
        "taken_out": _("已取消，通知已发给对方。"),
        "promoted": _("已给名额，通知已发给对方。"),
        "moved": _("已换好，通知已发给对方。"),
        "added": _("已加上，通知已发给对方。"),
        "approved": _("已通过，现在是“%(state)s”。", state=state_word(state)),
        "rejected": _("没有通过，原因已发给对方。"),
        "remarked": _("备注已保存。"),
        "settled": _("已答复，对方会看到。"),
        "as_is": _("没有变化，现在是“%(state)s”。", state=state_word(state)),
    }.get(what, "")


def put(what: str, state: State, *, place: int | None, is_full: bool) -> tuple[str, bool]:
    """The same on the page of the booking, with whether it is good news: who was put somewhere and has no place is told of
    in so many words. `place`: theirs in the queue; `is_full`: whether their slot has no seat left."""
    match what, state:
        case "added", State.WAITING if is_full:
            words = _("已满，排在候补第 %(n)s 位。通知已发给对方。", n=place)
        case "added", State.WAITING:
            words = _("还没有名额，排在候补第 %(n)s 位。通知已发给对方。", n=place)
        case "moved", State.WAITING:
            words = _("已换过去，排在那边候补第 %(n)s 位。通知已发给对方。", n=place)
        case "added", State.PENDING:
            words = _("已报上，等审核。通知已发给对方。")
        case "added", State.ENTERED:
            words = _("已报上，等摇号。通知已发给对方。")
        case _:
            words = done(what, state)
    return words, state is State.CONFIRMED or what not in ("added", "moved", "approved", "as_is")


def _quota(share: Share) -> str:
    return _(
        "“%(name)s”的名额满了（%(used)s/%(most)s）。",
        name=said(share, "name"),
        used=share.used,
        most=share.most,
    )


def _clash(ref: str) -> str:
    other = why_not.clashing(ref) if ref else None
    if other is None:
        return _("对方同一时间有别的活动。")
    return _(
        "对方同一时间报了“%(title)s”（%(when)s）。", title=said(other, "title"), when=moment(other.starts_at)
    )
