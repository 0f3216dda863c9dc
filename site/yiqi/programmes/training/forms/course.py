"""The form of a course: what passing takes, who teaches, and a group of fields for each of its evenings."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import SelectField, ValidationError

from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.programmes.training import wording
from yiqi.programmes.training.courses import MOST_TEACHERS, CoursePlan, LessonPlan, TeacherPlan
from yiqi.programmes.training.models import Trade
from yiqi.programmes.training.rules import scores
from yiqi.programmes.training.rules.levels import LEVELS
from yiqi.programmes.training.rules.scores import Unclear
from yiqi.programmes.training.taught import Taught
from yiqi.web.forms import PageForm, PlainField
from yiqi.web.texts import whole

TEACHER = ("name", "name_en", "about", "about_en")
LESSON = ("topic", "topic_en", "room", "room_en")
MOST_FULL = 1000
NOBODY = ""
_LONGEST = {"name": 20, "name_en": 40, "about": 80, "about_en": 160, "topic": 60, "topic_en": 120}
_LONGEST |= {"room": 30, "room_en": 60}
_WORDS = {
    "name": _l("姓名"),
    "name_en": _l("英文姓名"),
    "about": _l("一句介绍"),
    "about_en": _l("英文介绍"),
    "topic": _l("讲什么"),
    "topic_en": _l("英文内容"),
    "room": _l("教室"),
    "room_en": _l("英文教室"),
}
_MOVED = re.compile(r"(up|down)-([1-9][0-9]{0,9})")


class CourseForm(PageForm):
    """What passing takes; `with_rows` adds the teachers and the evenings. `least` in tenths, once it was found good."""

    trade = SelectField(_l("工种"), validate_choice=False)
    level = SelectField(_l("等级"), validate_choice=False)
    percent = PlainField(_l("到课至少（百分比）"), max_length=3)
    least = PlainField(_l("考试至少（分）"), max_length=6)
    full = PlainField(_l("考试满分"), max_length=4)

    dates: tuple[int, ...] = ()
    places: tuple[int, ...] = ()

    def validate_trade(self, field: Any) -> None:
        if field.data not in [value for value, _word in field.choices]:
            raise ValidationError(_("从列表里选一个工种"))

    def validate_level(self, field: Any) -> None:
        if field.data not in [value for value, _word in field.choices]:
            raise ValidationError(_("从列表里选一个等级"))
        if bool(field.data) != bool(self.trade.data) and field.data:
            raise ValidationError(_("有等级的课程要选工种"))

    def validate_percent(self, field: Any) -> None:
        if whole(field.data or "", least=0, most=100) is None:
            raise ValidationError(_("填 0 到 100 的整数，0 是不看到课"))

    def validate_full(self, field: Any) -> None:
        if whole(field.data or "", least=1, most=MOST_FULL) is None:
            raise ValidationError(_("填 1 到 1000 的整数"))

    def validate_least(self, field: Any) -> None:
        full = whole(self.full.data or "", least=1, most=MOST_FULL)
        if not field.data or full is None:
            return
        try:
            score = scores.read(field.data, full=full)
        except Unclear:
            raise ValidationError(_("填 0 到满分之间的数，最多一位小数")) from None
        if not score.tenths:
            raise ValidationError(_("填大于 0 的分数；不考试就空着"))

    def row(self, kind: str, key: int, name: str) -> Any:
        """A field of a teacher or of an evening."""
        return self[f"{kind}-{key}-{name}"]

    @property
    def plan(self) -> CoursePlan:
        """What was typed, as a course is kept. A teacher without a name is none."""
        named = [key for key in self.places if self.row("teacher", key, "name").data]
        teachers = [
            TeacherPlan(**{name: self.row("teacher", key, name).data or "" for name in TEACHER})
            for key in named
        ]
        lessons = {}
        for key in self.dates:
            told = {name: self.row("lesson", key, name).data or "" for name in LESSON}
            chosen = whole(self.row("lesson", key, "teacher").data or "", least=0, most=MOST_TEACHERS)
            teacher = named.index(chosen) if chosen in named else None
            if any(told.values()) or teacher is not None:
                lessons[key] = LessonPlan(**told, teacher=teacher)
        full = whole(self.full.data or "", least=1, most=MOST_FULL) or 100
        return CoursePlan(
            trade=self.trade.data or None,
            level=int(self.level.data) if self.level.data else None,
            percent=whole(self.percent.data or "", least=0, most=100) or 0,
            least=scores.read(self.least.data, full=full).tenths if self.least.data else None,
            full=full,
            teachers=teachers,
            lessons=lessons,
        )


def of(
    found: Taught | None, dates: Sequence[int], trades: Sequence[Trade], typed: Any = None, moved: str = ""
) -> CourseForm:
    """The form of a course: what is kept of it, or what was typed. `dates` are the ids of its evenings in their order;
    `moved` (up-17, down-17) lets an evening and its neighbour change what they teach."""
    made = type("Rows", (CourseForm,), _fields(dates))
    data = None if typed is not None else _kept(found)
    form: CourseForm = made(typed, data=data)
    form.dates, form.places = tuple(dates), tuple(range(MOST_TEACHERS))
    form.trade.choices = [("", _("不分工种")), *((one.code, one.name) for one in trades)]
    form.level.choices = [("", _("不分等级")), *((str(one), str(wording.LEVELS[one])) for one in LEVELS)]
    named = [(str(key), form.row("teacher", key, "name").data) for key in form.places]
    for key in dates:
        form.row("lesson", key, "teacher").choices = [(NOBODY, _("还没定"))] + [
            one for one in named if one[1]
        ]
    _move(form, moved)
    return form


def _fields(dates: Sequence[int]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for key in range(MOST_TEACHERS):
        for name in TEACHER:
            fields[f"teacher-{key}-{name}"] = PlainField(_WORDS[name], max_length=_LONGEST[name])
    for key in dates:
        for name in LESSON:
            fields[f"lesson-{key}-{name}"] = PlainField(_WORDS[name], max_length=_LONGEST[name])
        fields[f"lesson-{key}-teacher"] = SelectField(_l("老师"), validate_choice=False)
    return fields


def _kept(found: Taught | None) -> dict[str, Any]:
    if found is None:
        return {"trade": "", "level": "", "percent": "80", "least": "60", "full": "100"}
    facts = found.facts
    kept: dict[str, Any] = {
        "trade": facts.trade or "",
        "level": str(facts.level or ""),
        "percent": str(facts.percent),
        "least": "" if facts.least is None else scores.points(facts.least),
        "full": str(facts.full),
    }
    place = {one.id: str(one.position) for one in found.teachers}
    for teacher in found.teachers:
        kept |= _row("teacher", teacher.position, TEACHER, teacher)
    for one in found.dates:
        if one.lesson is not None:
            kept |= _row("lesson", one.occurrence.id, LESSON, one.lesson)
            kept[f"lesson-{one.occurrence.id}-teacher"] = place.get(one.lesson.teacher_id or 0, NOBODY)
    return kept


def _row(kind: str, key: int, names: Sequence[str], thing: object) -> Mapping[str, str]:
    return {f"{kind}-{key}-{name}": getattr(thing, name) for name in names}


def _move(form: CourseForm, moved: str) -> None:
    """Let two evenings change what they teach; what is no such word changes nothing."""
    found = _MOVED.fullmatch(moved)
    if found is None or int(found[2]) not in form.dates:
        return
    place = form.dates.index(int(found[2]))
    other = place + (1 if found[1] == "down" else -1)
    if not 0 <= other < len(form.dates):
        return
    here, there = form.dates[place], form.dates[other]
    for name in (*LESSON, "teacher"):
        one, two = form.row("lesson", here, name), form.row("lesson", there, name)
        one.data, two.data = two.data, one.data
        one.raw_data, two.raw_data = two.raw_data, one.raw_data
        if name != "teacher":
            one.typed, two.typed = two.typed, one.typed
