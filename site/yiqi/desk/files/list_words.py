"""Lists in words: why a file cannot be read, and what becomes of each line, in the page's language."""

from collections.abc import Mapping
from datetime import datetime

from yiqi.booking.rules.listing import Listed
from yiqi.i18n import gettext as _
from yiqi.sheets.columns import NoSuchColumn, TooManyLines, TwiceTheSame
from yiqi.sheets.reading import MOST_ROWS, Unreadable, Why
from yiqi.unions.rules.rolls import Entry, Verdict
from yiqi.web.display import language
from yiqi.web.formats import moment

UNUSABLE = (Unreadable, NoSuchColumn, TwiceTheSame, TooManyLines)
"""What reading a list may raise."""


def unusable(error: Exception, *, most_lines: int = MOST_ROWS) -> str:
    """Why nothing can be made of a file, and what to do."""
    match error:
        case Unreadable():
            return _unreadable(error)
        case NoSuchColumn(missing=missing):
            what = _("、").join(column(field) for field in missing)
            return _("没找到“%(what)s”这一列。表头写清楚再传，例如“姓名”“手机号”", what=what)
        case TwiceTheSame(headers=headers):
            return _("“%(one)s”和“%(two)s”都像同一列，留一列再传", one=headers[0], two=headers[1])
        case _:
            return _("一次最多 %(most)s 行，分几个文件传", most=most_lines)


def column(field: str) -> str:
    """What a column is called."""
    names = {
        "phone": _("手机号"),
        "name": _("姓名"),
        "number": _("工号"),
        "since": _("入会日期"),
        "slot": _("岗位"),
        "when": _("场次"),
        "party": _("人数"),
    }
    return names.get(field, field)


def _unreadable(error: Unreadable) -> str:
    place = {"row": error.row, "column": error.column}
    match error.why:
        case Why.EMPTY:
            return _("这个文件是空的")
        case Why.TOO_BIG:
            return _("表太大了：文件 2 MB 以内，5000 行、60 列以内。远处的空行空列也删掉再传")
        case Why.TOO_SLOW:
            return _("10 秒还没读完。只留要导入的那一页再传")
        case Why.TOO_MANY_ROWS:
            return _("一次最多 5000 行，分几个文件传")
        case Why.TOO_MANY_COLUMNS:
            return _("最多 60 列，删掉不用的列再传")
        case Why.LONG_CELL:
            return _("第 %(row)s 行第 %(column)s 列的字太多，一格最多 500 字", **place)
        case Why.NOT_A_LIST:
            return _("这不是表格。用 Excel 或 WPS 另存为 xlsx 再传")
        case Why.BROKEN:
            return _("文件打不开，可能没传完。用 Excel 或 WPS 打开，另存为 xlsx 再传")
        case Why.PASSWORD:
            return _("文件有密码，去掉密码再传")
        case Why.MACROS:
            return _("文件里有宏，另存为 xlsx 再传")
        case Why.ENCODING:
            return _("认不出文字编码，另存为 xlsx 再传")
        case Why.QUOTES:
            return _("第 %(row)s 行的引号不成对，改好再传", **place)
        case Why.BUSY:
            return _("同时传表的人太多，过一会儿再传")


def verdict(line: Entry | Listed) -> str:
    """What becomes of a line, in a few words; of a bad one why, and what to do."""
    common = _of_any_list(str(line.verdict))
    if common:
        return common
    return _of_roll(line) if isinstance(line, Entry) else _of_bookings(str(line.verdict), line.facts)


def _of_any_list(code: str) -> str:
    words = {
        "no_phone": _("没有手机号"),
        "bad_phone": _("手机号不对，要完整的 11 位，不带星号"),
        "rounded_phone": _("手机号被表格软件缩短了，把这一列改成文本再填一次"),
        "no_name": _("没有姓名"),
        "long_name": _("姓名最多 50 个字"),
        "unwritable": _("有不能保存的字符，删掉再试"),
        "twice": _("和上面一行重复"),
    }
    return words.get(code, "")


def _of_roll(entry: Entry) -> str:
    match entry.verdict:
        case Verdict.NEW:
            return _("新增")
        case Verdict.JOINS:
            return _("已有账号，加入名册")
        case Verdict.CHANGES:
            return _("已在名册，更新资料")
        case Verdict.STAYS:
            return _("已在名册，没有变化")
        case Verdict.LONG_NUMBER:
            return _("工号最多 40 个字")
        case Verdict.BAD_DATE:
            return _("日期看不懂，例如 2024-01-05")
        case Verdict.LATER:
            return _("入会日期还没到")
        case Verdict.TWO_NAMES:
            return _("同一个手机号写了两个姓名，核对后留一个")
        case _:
            return _("在别的工会的名册上，请对方先办转出")


def _quota(name: str | int, facts: Mapping[str, str | int]) -> str:
    most, used, party = (int(facts.get(key, 0)) for key in ("most", "used", "party"))
    if 0 < most - used < party:
        return _("“%(name)s”的名额只剩 %(left)s 个，一行 %(n)s 人不够", name=name, left=most - used, n=party)
    return _("“%(name)s”的名额已满 %(used)s/%(most)s", name=name, used=used, most=most)


def _of_bookings(code: str, facts: Mapping[str, str | int]) -> str:
    def told(name: str) -> str | int:
        return (language() == "en" and facts.get(f"{name}_en")) or facts.get(name, "")

    words = {
        "confirmed": _("确认"),
        "waiting": _("候补"),
        "pending": _("待审核"),
        "entered": _("参加摇号"),
        "already": _("已经报过，不变"),
        "bad_party": _("人数填 1 到 99"),
        "no_such_slot": _("没有这个岗位或场次"),
        "which_slot": _("说不清是哪个岗位或场次"),
        "wrong_answer": _("“%(label)s”填得不对", label=told("label")),
        "no_answer": _("有必填的问题没有填"),
        "no_guardian": _("不满 %(n)s 岁，还没有监护人同意。请在“加一个人”里加", n=facts.get("below", "")),
        "not_open_yet": _("还没开始报名，%(when)s 开放", when=_when(facts.get("opens_at"))),
        "closed": _("报名已截止"),
        "called_off": _("活动取消了"),
        "full": _("报满了，候补也满了"),
        "quota_full": _quota(told("name"), facts),
        "not_eligible": _("条件不够，需要：%(what)s", what=told("need")),
        "clash": _("同一时间报了别的活动"),
        "party_too_big": _("一次最多报 %(most)s 人", most=told("max_party")),
        "too_many_open": _("同类活动已经报了 %(most)s 场", most=told("most_open")),
        "barred": _("暂时不能报名"),
    }
    return words.get(code, _("这一行不能导入"))


def _when(instant: object) -> str:
    return moment(datetime.fromisoformat(instant)) if isinstance(instant, str) else ""
