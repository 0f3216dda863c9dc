"""What organizers type to begin a season, an audition, a production and its parts."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from wtforms import Field, SelectField, SelectMultipleField, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from yiqi import clock
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.people.rules import mainland_mobile, typed_date
from yiqi.programmes.troupe.auditions import Criterion, Day
from yiqi.programmes.troupe.forms import NoncedForm, offer
from yiqi.programmes.troupe.models import SectionKind
from yiqi.programmes.troupe.rules import times
from yiqi.programmes.troupe.seasons import Group, Outline
from yiqi.programmes.troupe.wording import KINDS
from yiqi.web.forms import PageForm, PlainField
from yiqi.web.texts import folded, whole

ROWS = 8
"""Sections that the form for a season has room for."""
MOST_CRITERIA, BEST = 6, (5, 10, 20, 100)
WEEKDAYS = (
    ("0", _l("星期一")),
    ("1", _l("星期二")),
    ("2", _l("星期三")),
    ("3", _l("星期四")),
    ("4", _l("星期五")),
    ("5", _l("星期六")),
    ("6", _l("星期日")),
)
Choices = Sequence[tuple[str, str]]


class SeasonForm(NoncedForm):
    """A season with up to eight sections, each with its weekly rehearsal. `outline` is there once it is valid.

    The fields of a section are `kind_1`, `label_1` …; they are made below the class. A row without a name is left out.
    """

    title = PlainField(_l("名称"), max_length=60)
    title_en = PlainField(_l("英文名称"), max_length=120)
    owner = SelectField(_l("主办工会"), validate_choice=False)
    first_on = PlainField(_l("从哪天"), max_length=20)
    last_on = PlainField(_l("到哪天"), max_length=20)
    about = PlainField(_l("介绍"), max_length=2000, lines=True)

    outline: Outline | None = None

    def __init__(self, *args: Any, owners: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner.choices = list(owners)
        kinds = [(kind.value, str(word)) for kind, word in KINDS.items()]
        for number in range(1, ROWS + 1):
            offer(self, f"kind_{number}", kinds)
            offer(self, f"weekday_{number}", [(value, str(word)) for value, word in WEEKDAYS])
        self._owners = {value for value, _word in owners}

    @property
    def rows(self) -> list[dict[str, Field]]:
        names = ("kind", "label", "label_en", "places", "weekday", "starts", "ends", "venue")
        return [{name: self[f"{name}_{n}"] for name in names} for n in range(1, ROWS + 1)]

    def validate_title(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("写个名称，例如“职工艺术团 2026 秋冬季”"))

    def validate_owner(self, field: SelectField) -> None:
        if field.data not in self._owners:
            raise ValidationError(_("从列出的里面选一个"))

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        first, last = _day(self.first_on), _day(self.last_on)
        if first and last and not 0 <= (last - first).days <= 400:
            self.last_on.errors = [_("不早于开始那天，最多一年多一点")]
        groups = [group for row in self.rows if (group := _group(row)) is not None]
        if not groups and not self.errors:
            self.rows[0]["label"].errors = [_("至少写一个声部或队")]
        if not self.errors and first and last:
            self.outline = Outline(
                int(self.owner.data),
                self.title.data or "",
                first,
                last,
                groups,
                {"title_en": self.title_en.data or "", "about": self.about.data or ""},
            )
        return not self.errors


for _n in range(1, ROWS + 1):
    for _name, _field in {
        "kind": SelectField(_l("类别"), validate_choice=False),
        "label": PlainField(_l("名称"), max_length=40),
        "label_en": PlainField(_l("英文名称"), max_length=80),
        "places": PlainField(_l("人数上限"), max_length=4),
        "weekday": SelectField(_l("每周哪天排练"), validate_choice=False),
        "starts": PlainField(_l("几点开始"), max_length=8),
        "ends": PlainField(_l("几点结束"), max_length=8),
        "venue": PlainField(_l("地点"), max_length=80),
    }.items():
        setattr(SeasonForm, f"{_name}_{_n}", _field)


class AuditionForm(NoncedForm):
    """An audition of one afternoon or evening. `day` is there once it is valid."""

    title = PlainField(_l("名称"), max_length=60)
    title_en = PlainField(_l("英文名称"), max_length=120)
    on = PlainField(_l("哪一天"), max_length=20)
    starts = PlainField(_l("几点开始"), max_length=8)
    ends = PlainField(_l("几点结束"), max_length=8)
    minutes = PlainField(_l("每人几分钟"), max_length=3)
    venue = PlainField(_l("地点"), max_length=80)
    sections = SelectMultipleField(
        _l("给哪些声部招人"),
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    criteria = PlainField(_l("评分项"), max_length=300, lines=True)
    most = SelectField(_l("每项满分"), validate_choice=False)
    about = PlainField(_l("介绍"), max_length=2000, lines=True)

    day: Day | None = None

    def __init__(self, *args: Any, known: Choices, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections.choices = list(known)
        self.most.choices = [(str(one), str(one)) for one in BEST]
        self._known = {value for value, _word in known}
        self.today = today

    def validate_title(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("写个名称，例如“合唱团招新试唱”"))

    def validate_sections(self, field: SelectMultipleField) -> None:
        if not field.data or not set(field.data) <= self._known:
            raise ValidationError(_("至少勾选一个声部"))

    def validate_criteria(self, field: PlainField) -> None:
        if not 1 <= len(self._criteria) <= MOST_CRITERIA:
            raise ValidationError(_("一行一项，1 到 %(most)s 项，例如：音准", most=MOST_CRITERIA))

    def validate_most(self, field: SelectField) -> None:
        if whole(field.data or "", least=1, most=100) not in BEST:
            raise ValidationError(_("从列出的里面选一个"))

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        chosen = self.sections.data or []
        on, starts, ends = _day(self.on), _time(self.starts), _time(self.ends)
        minutes = whole(self.minutes.data or "", least=times.SHORTEST, most=times.LONGEST)
        if minutes is None:
            self.minutes.errors = [_("填 %(least)s 到 %(most)s", least=times.SHORTEST, most=times.LONGEST)]
        if on and on <= self.today:
            self.on.errors = [_("选明天或以后的一天，好让大家有时间报")]
        if not self.errors and on and starts and ends and minutes:
            start, end = clock.at(on, starts.hour, starts.minute), clock.at(on, ends.hour, ends.minute)
            many = max(0, (end - start).total_seconds() // 60 // minutes)
            if not len(chosen) <= many <= times.MOST_TIMES:
                self.ends.errors = [
                    _(
                        "这段时间要能分成 %(least)s 到 %(most)s 个",
                        least=len(chosen),
                        most=times.MOST_TIMES,
                    )
                ]
            else:
                self.day = Day(
                    self.title.data or "",
                    start,
                    end,
                    minutes,
                    [int(one) for one in chosen],
                    [Criterion(f"c{n}", name) for n, name in enumerate(self._criteria, 1)],
                    int(self.most.data),
                    self.venue.data or "",
                    texts={"title_en": self.title_en.data or "", "about": self.about.data or ""},
                )
        return not self.errors

    @property
    def _criteria(self) -> list[str]:
        lines = [one.strip()[:20] for one in (self.criteria.data or "").splitlines()]
        return list(dict.fromkeys(one for one in lines if one))


class ProductionForm(NoncedForm):
    """A production to begin."""

    name = PlainField(_l("剧目或晚会名称"), max_length=60)
    name_en = PlainField(_l("英文名称"), max_length=120)
    about = PlainField(_l("介绍"), max_length=2000, lines=True)

    def validate_name(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("写个名称，例如“亦庄之声”"))


class PartForm(NoncedForm):
    """A part to add."""

    piece = PlainField(_l("节目"), max_length=60)
    piece_en = PlainField(_l("节目的英文名"), max_length=120)
    name = PlainField(_l("角色"), max_length=40)
    name_en = PlainField(_l("角色的英文名"), max_length=80)
    section = SelectField(_l("从哪个声部选人"), validate_choice=False)

    def __init__(self, *args: Any, known: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section.choices = list(known)
        self._known = {value for value, _word in known}

    def validate_piece(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("写节目名"))

    def validate_name(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("写角色名，例如“领唱”"))

    def validate_section(self, field: SelectField) -> None:
        if field.data not in self._known:
            raise ValidationError(_("从列出的里面选一个"))


class JurorForm(PageForm):
    """Who is to mark, by the phone they sign in with."""

    phone = PlainField(_l("评委的手机号"), max_length=40)

    e164 = ""

    def validate_phone(self, field: PlainField) -> None:
        phone = mainland_mobile(field.data or "")
        if phone is None:
            raise ValidationError(_("填 11 位手机号，例如 138 0013 8000"))
        self.e164 = phone


def _group(row: dict[str, Field]) -> Group | None:
    """A section as its row says it; None for an empty row, and with errors for what is wrong in it."""
    if not row["label"].data:
        return None
    starts, ends = _time(row["starts"]), _time(row["ends"])
    day = whole(row["weekday"].data or "", least=0, most=6)
    if day is None or row["kind"].data not in set(SectionKind):
        row["kind"].errors = [_("从列出的里面选一个")]
    places = whole(row["places"].data, least=1, most=500) if row["places"].data else None
    if row["places"].data and places is None:
        row["places"].errors = [_("填 1 到 500，不限就空着")]
    minutes = 0
    if starts is not None and ends is not None:
        minutes = (ends.hour - starts.hour) * 60 + ends.minute - starts.minute
        if minutes <= 0:
            row["ends"].errors = [_("结束要晚于开始")]
    if starts is None or day is None or minutes <= 0 or any(field.errors for field in row.values()):
        return None
    return Group(
        SectionKind(row["kind"].data),
        row["label"].data,
        places,
        day,
        starts,
        minutes,
        row["venue"].data or "",
        row["label_en"].data or "",
    )


def _day(field: Field) -> date | None:
    found = typed_date(field.data or "")
    if found is None and not field.errors:
        field.errors = [_("写成 2026-12-01 这样的日期")]
    return found


def _time(field: Field) -> time | None:
    try:
        return time.fromisoformat(folded(field.data or "").zfill(5))
    except ValueError:
        field.errors = [_("写成 18:30 这样的时间")]
        return None
