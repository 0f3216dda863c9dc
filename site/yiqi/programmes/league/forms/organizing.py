"""What organizers and scorers type."""

import re
from datetime import datetime

from wtforms import BooleanField, SelectField, StringField, ValidationError

from yiqi import clock
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.people.rules import mainland_mobile
from yiqi.programmes.league.forms.fields import DayField, HourField, OneField, WholeField
from yiqi.programmes.league.forms.playing import PhoneForm
from yiqi.programmes.league.rules.words import State
from yiqi.programmes.league.seasons import Settings
from yiqi.programmes.league.spectating import Stand
from yiqi.web.forms import PageForm, PlainField
from yiqi.web.texts import identifier

HIGHEST_SCORE = 299
MOST_LINES = 12


class AppointForm(PhoneForm):
    """Somebody who is made captain, leader or coach at the desk."""

    as_captain = BooleanField(_l("让这位队员当队长"))


class SeasonForm(PageForm):
    """What is set for a season. Courts are lines, in English after a bar; groups are words."""

    name = PlainField(_l("赛季名称"), max_length=40)
    name_en = PlainField(_l("英文名称"), max_length=80)
    lock_day = DayField(_l("锁定名单的日期"))
    lock_hour = HourField(_l("锁定名单的时间"))
    least_players = WholeField(_l("每队最少人数"), least=1, most=20)
    most_players = WholeField(_l("每队最多人数"), least=1, most=20)
    qualify = WholeField(_l("每组出线"), least=0, most=16)
    minutes = WholeField(_l("一场占场地多少分钟"), least=20, most=300)
    rest_days = WholeField(_l("两场之间至少隔几天"), least=0, most=30)
    forfeit_points = WholeField(_l("弃权判对方得分"), least=1, most=HIGHEST_SCORE)
    most_forfeits = WholeField(_l("弃权几次取消全部成绩"), least=0, most=20)
    most_fouls = WholeField(_l("犯规几次离场"), least=1, most=10)
    courts = PlainField(_l("场地"), max_length=1200, lines=True)
    groups = PlainField(_l("小组"), max_length=80)

    def validate_name(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("填赛季名称，例如 2026 赛季"))

    def validate_most_players(self, field: WholeField) -> None:
        if field.number is not None and field.number < (self.least_players.number or 1):
            raise ValidationError(_("不能比最少人数还少"))

    def validate_courts(self, field: PlainField) -> None:
        if not self.court_names:
            raise ValidationError(_("写至少一块场地，一行一块"))
        if any(len(name) > 60 or len(name_en) > 120 for name, name_en in self.court_names):
            raise ValidationError(_("场地名最多 60 个字"))
        if len({name for name, _name_en in self.court_names}) < len(self.court_names):
            raise ValidationError(_("有两块场地同名"))

    def validate_groups(self, field: PlainField) -> None:
        if not self.group_names or any(len(name) > 8 for name in self.group_names):
            raise ValidationError(_("写小组的名称，例如 A B"))

    @property
    def court_names(self) -> list[tuple[str, str]]:
        lines = [line.partition("|") for line in (self.courts.data or "").splitlines() if line.strip(" |")]
        return [(name.strip(), name_en.strip()) for name, _bar, name_en in lines][:MOST_LINES]

    @property
    def group_names(self) -> list[str]:
        return list(dict.fromkeys(re.split(r"[\s,，、]+", (self.groups.data or "").strip())))[:MOST_LINES]

    @property
    def settings(self) -> Settings:
        day, at = self.lock_day.day, self.lock_hour.hour
        if day is None or at is None:
            raise ValueError("the form is not valid")
        numbers = {
            field.name: field.number
            for field in self
            if isinstance(field, WholeField) and field.number is not None
        }
        locks_at = clock.at(day, at.hour, at.minute)
        return Settings(
            name=self.name.data or "", name_en=self.name_en.data or "", locks_at=locks_at, **numbers
        )


class TeamForm(PageForm):
    """A new team: its union, perhaps a second one, its captain."""

    name = PlainField(_l("队名"), max_length=30)
    name_en = PlainField(_l("英文队名"), max_length=60)
    union = PlainField(_l("工会"), max_length=80)
    with_union = PlainField(_l("联队的另一家工会"), max_length=80)
    group = SelectField(_l("小组"), validate_choice=False)
    phone = StringField(_l("队长手机号"))
    captain = PlainField(_l("队长姓名"), max_length=50)
    e164 = ""

    def validate_name(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("填队名"))

    def validate_union(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("填工会的全称"))

    def validate_phone(self, field: StringField) -> None:
        phone = mainland_mobile(field.data or "")
        if phone is None:
            raise ValidationError(_("填 11 位手机号，例如 138 0013 8000"))
        self.e164 = phone


class BecauseForm(PageForm):
    """Why something is decided or done; `needed` unless it says otherwise."""

    because = PlainField(_l("原因"), max_length=120)
    needed = True

    def validate_because(self, field: PlainField) -> None:
        if self.needed and not field.data:
            raise ValidationError(_("写一句原因，本人和记录里看得到"))


class WhenForm(BecauseForm):
    """When and where a game is."""

    day = DayField(_l("日期"))
    starts = HourField(_l("时间"))
    court = SelectField(_l("场地"), validate_choice=False)
    needed = False

    @property
    def starts_at(self) -> datetime:
        if self.day.day is None or self.starts.hour is None:
            raise ValueError("the form is not valid")
        return clock.at(self.day.day, self.starts.hour.hour, self.starts.hour.minute)

    @property
    def court_id(self) -> int:
        return identifier(self.court.data or "") or 0


class ResultForm(PageForm):
    """How a game ended."""

    became = OneField(
        _l("结果"),
        among=[
            (str(State.PLAYED), _l("打完了")),
            (str(State.FORFEITED), _l("有一队弃权")),
            (str(State.ABANDONED), _l("中止，没打完")),
        ],
    )
    home = WholeField(_l("主队得分"), least=0, most=HIGHEST_SCORE, optional=True)
    away = WholeField(_l("客队得分"), least=0, most=HIGHEST_SCORE, optional=True)
    forfeited_by = SelectField(_l("弃权的队"), validate_choice=False)
    because = PlainField(_l("更正的原因"), max_length=120)
    corrects = False
    """Whether another result stands there already."""

    def validate_home(self, field: WholeField) -> None:
        self._is_counted(field)

    def validate_away(self, field: WholeField) -> None:
        self._is_counted(field)

    def validate_because(self, field: PlainField) -> None:
        if self.corrects and not field.data:
            raise ValidationError(_("写一句原因，本人和记录里看得到"))

    def _is_counted(self, field: WholeField) -> None:
        if self.became.data == State.PLAYED and field.number is None:
            raise ValidationError(_("填比分"))


class StandsForm(PageForm):
    """The stands of a game: a line for each, its name and its places."""

    stands = PlainField(_l("看台和座位数"), max_length=600, lines=True)

    def validate_stands(self, field: PlainField) -> None:
        if not self.made:
            raise ValidationError(_("一行一个看台，名称后面写座位数，例如：A 看台 150"))

    @property
    def made(self) -> list[Stand]:
        lines = [line.strip() for line in (self.stands.data or "").splitlines() if line.strip()]
        found = [re.fullmatch(r"(.{1,40}?)[\s:：,，]*([0-9]{1,5})", line) for line in lines[:MOST_LINES]]
        return [Stand(one[1].strip(), int(one[2])) for one in found if one] if all(found) else []
