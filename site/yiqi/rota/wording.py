"""What patterns, shifts and their days are called in the page's language."""

from yiqi.i18n import gettext as _
from yiqi.rota.rules.patterns import BY_WEEKS, Choice, Pattern
from yiqi.rota.rules.shifts import Kind


def pattern_name(pattern: Pattern) -> str:
    """四班三运转."""
    return {
        Pattern.FOUR_CREWS_THREE: _("四班三运转"),
        Pattern.FOUR_CREWS_TWO: _("四班两运转"),
        Pattern.THREE_CREWS_TWO: _("三班两运转"),
        Pattern.WEEKS_DAY_NIGHT: _("两班倒，一周白班一周夜班"),
        Pattern.WEEKS_EARLY_MIDDLE: _("早中班，一周早班一周中班"),
        Pattern.OFFICE_HOURS: _("常白班"),
        Pattern.CUSTOM: _("自己排的班"),
    }[pattern]


def pattern_line(pattern: Pattern) -> str:
    """How its days follow one another, in a line."""
    return {
        Pattern.FOUR_CREWS_THREE: _("早早中中夜夜休休，每班 8 小时"),
        Pattern.FOUR_CREWS_TWO: _("白夜休休，每班 12 小时"),
        Pattern.THREE_CREWS_TWO: _("白白夜夜休休，每班 12 小时"),
        Pattern.WEEKS_DAY_NIGHT: _("周一到周五，每班 12 小时"),
        Pattern.WEEKS_EARLY_MIDDLE: _("周一到周五，每班 8 个半小时"),
        Pattern.OFFICE_HOURS: _("周一到周五 08:30–17:30"),
        Pattern.CUSTOM: _("上面都不是，自己填每天几点到几点"),
    }[pattern]


def shift_name(kind: Kind | None) -> str:
    """早班; 休息 on a day off."""
    return {
        Kind.EARLY: _("早班"),
        Kind.DAY: _("白班"),
        Kind.MIDDLE: _("中班"),
        Kind.NIGHT: _("夜班"),
        None: _("休息"),
    }[kind]


def shift_sign(kind: Kind | None) -> str:
    """One character, for a narrow strip of days: 早, 休."""
    return {
        Kind.EARLY: _("早"),
        Kind.DAY: _("白"),
        Kind.MIDDLE: _("中"),
        Kind.NIGHT: _("夜"),
        None: _("休"),
    }[kind]


def choice_name(pattern: Pattern, choice: Choice) -> str:
    """早班第 1 天; by weeks: 这周上白班."""
    shift = shift_name(choice.kind)
    if pattern in BY_WEEKS:
        return _("这周上%(shift)s", shift=shift)
    return _("%(shift)s第 %(n)s 天", shift=shift, n=choice.nth) if choice.nth else shift
