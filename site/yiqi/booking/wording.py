"""Refusals, and what was done, in words: what happened, and what to do next, in the page's language."""

from collections.abc import Mapping
from datetime import datetime

from flask import url_for
from msgspec import Struct

from yiqi.booking.asking import Ticket
from yiqi.booking.condition_words import need
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.quotas import Share
from yiqi.booking.rules.states import State
from yiqi.booking.standing import Standing
from yiqi.i18n import gettext as _
from yiqi.web.formats import moment
from yiqi.web.formats import said as tell


class Said(Struct, frozen=True):
    """A refusal as a page shows it. `action` is an address and its text, or None."""

    why: Refusal
    heading: str
    line: str
    action: tuple[str, str] | None = None


def said(refused: Refused, clashing: Standing | None = None, *, came: bool = False) -> Said:
    """The words for a refusal; `clashing` is the standing in what a wanted time overlaps, where they may have `came`."""
    facts = refused.facts
    home = (url_for("pages.home"), _("看看本周活动"))
    match refused.why:
        case Refusal.NOT_OPEN_YET:
            return Said(
                refused.why,
                _("还没开始报名"),
                _("%(when)s 开放，到时这一页会自己变", when=_when(facts["opens_at"])),
                home,
            )
        case Refusal.CLOSED if "kept" in facts:
            return _kept(refused)
        case Refusal.CLOSED:
            return Said(
                refused.why,
                _("报名已截止"),
                _("%(when)s 截止", when=_when(facts["closes_at"])),
                home,
            )
        case Refusal.CALLED_OFF:
            return Said(refused.why, _("活动取消了"), _("不用处理，看看同类活动"), home)
        case Refusal.ALREADY_BOOKED:
            return Said(
                refused.why,
                _("你已经报过这一场"),
                "",
                (url_for("booking.mine"), _("看我的报名")),
            )
        case Refusal.FULL if _is_short(facts):
            return Said(
                refused.why,
                _("只剩 %(left)s 个，你们是 %(n)s 个人", left=facts["free"], n=facts["party"]),
                _("少带几个人再报，或者等有人退出"),
                home,
            )
        case Refusal.FULL:
            return Said(
                refused.why,
                _("已经报满，候补也满了"),
                _("有人退出时这一页会自己变"),
                home,
            )
        case Refusal.QUOTA_FULL:
            return _quota_full(refused)
        case Refusal.NOT_ELIGIBLE:
            lacking = refused.facts.get("condition")
            line = _("需要：%(what)s", what=need(lacking)) if lacking is not None else ""  # type: ignore[arg-type]
            return Said(refused.why, _("还差一个条件，暂时不能报"), line)
        case Refusal.TOO_MANY_OPEN:
            return Said(
                refused.why,
                _("同类活动你已经报了 %(most)s 场", most=refused.facts["most_open"]),
                _("取消一场，或者等一场结束再报"),
                (url_for("booking.mine"), _("看我的报名")),
            )
        case Refusal.BARRED:
            return Said(
                refused.why,
                _("暂时不能报名"),
                _("到 %(when)s 为止。觉得弄错了，找组织者申诉", when=_when(refused.facts["barred_until"])),
            )
        case Refusal.CLASH:
            action = (url_for("booking.ticket", ref=facts["clash"]), _("查看那一场"))
            line = _("同一时间只能去一场，取消那一场再来")
            if came:
                line = _("你已在那一场签到，同一时间只能去一场")
            elif clashing is not None and not clashing.can_cancel:
                line = _("那一场已经开始，不能取消了，同一时间只能去一场")
            if clashing is None:
                return Said(refused.why, _("和你另一场时间重叠"), line, action)
            names = (tell(clashing.activity, "title"), tell(clashing.slot, "label"))
            other, when = " ".join(name for name in names if name), moment(clashing.slot.starts_at)
            return Said(refused.why, _("和“%(other)s”（%(when)s）重叠", other=other, when=when), line, action)
        case Refusal.PARTY_TOO_BIG:
            return Said(
                refused.why,
                _("人数超了"),
                _("这一场一次最多报 %(most)s 人", most=facts["max_party"]),
            )
        case Refusal.STALE_FORM:
            return Said(refused.why, _("再提交一次"), _("这一页放得久了，你填的都还在"))
        case Refusal.NOT_YOURS:
            return Said(refused.why, _("这个报名找不到了"), _("可能不是用这个手机号报的"), home)


def _kept(refused: Refused) -> Said:
    """Why a place is not given back any more, and when it can be."""
    if refused.facts["kept"] != "came":
        return Said(refused.why, _("活动已经开始，不能取消了"), _("有事找组织者"))
    until = refused.facts["kept_until"]
    if until is None:
        return Said(refused.why, _("已签到，不能取消了"), _("有事找组织者"))
    line = _("%(when)s 这一次结束后，可以取消后面的日期", when=_when(until))
    return Said(refused.why, _("已签到，现在不能取消"), line)


def _quota_full(refused: Refused) -> Said:
    """你单位名额已满 5/5，全区还有 12 个，7月3日 12:00 放开."""
    share, free, party = refused.facts["quota"], refused.facts["free"], refused.facts.get("party")
    if not isinstance(share, Share):
        raise TypeError("a full quota is named")
    known = free if isinstance(free, int) else None
    return Said(Refusal.QUOTA_FULL, *quota_words(share, known, party if isinstance(party, int) else 1))


def _is_short(facts: Mapping[str, object]) -> bool:
    """Whether there are places, which nobody waits for, but not so many together."""
    free, party = facts.get("free"), facts.get("party")
    return isinstance(free, int) and isinstance(party, int) and 0 < free < party and not facts.get("waiting")


def not_handed(refused: Refused) -> Said:
    """Why a place is not handed on, where the reason is not the asker's own."""
    if refused.why is Refusal.FULL:
        return Said(refused.why, _("有人在候补"), _("他们先来，这个名额轮到他们。可以加入候补"))
    if refused.why is Refusal.CLOSED:
        return Said(refused.why, _("已签到或者已经开始，名额不能转了"), _("有事找组织者"))
    if refused.why is Refusal.NOT_ELIGIBLE:
        return Said(
            refused.why, _("这一场的名额不能转"), _("摇号、审核得来的和要答题的名额只给本人，不来请取消")
        )
    return said(refused)


def quota_words(share: Share, free: int | None, party: int = 1) -> tuple[str, str]:
    """That a quota is full, or has not enough for a party, and what there is for others and when: a heading and a line."""
    heading = (
        _(
            "“%(name)s”的名额只剩 %(left)s 个，你们是 %(n)s 个人",
            name=tell(share, "name"),
            left=share.left,
            n=party,
        )
        if share.is_short_for(party)
        else _(
            "“%(name)s”的名额已满 %(used)s/%(most)s",
            name=tell(share, "name"),
            used=share.used,
            most=share.most,
        )
    )
    parts = [_("其他名额还有 %(n)s 个", n=free)] if free else []
    if share.releases_at is not None:
        parts.append(_("%(when)s 放开", when=_when(share.releases_at)))
    return heading, _("，").join(parts)


def done(ticket: Ticket) -> str:
    """What the live region says after one's own action."""
    match ticket.state:
        case State.CONFIRMED:
            return _("报名成功")
        case State.WAITING:
            return _("你在候补名单里")
        case State.PENDING:
            return _("已提交，等组织者审核")
        case State.ENTERED:
            return _("已参加摇号")
        case State.DECLINED:
            return _("你让出了名额，谢谢")
        case State.EXPIRED:
            return _("没赶上确认，名额已放开")
        case State.LEFT:
            return _("你已退出候补")
        case _:
            return _("你已取消报名")


def declined(ticket: Ticket) -> str:
    """The same after an answer to an offer that had been accepted already."""
    if ticket.state is State.CONFIRMED:
        return _("你已经确认参加了。要让出，点取消报名")
    return done(ticket)


def given_back(ticket: Ticket, was: State | None) -> str:
    """The same after giving up what was asked for; `was` is what it was before."""
    if ticket.state is State.CANCELLED and was in (State.PENDING, State.ENTERED):
        return _("你已撤回报名")
    return done(ticket)


def _when(instant: object) -> str:
    return moment(instant) if isinstance(instant, datetime) else ""
