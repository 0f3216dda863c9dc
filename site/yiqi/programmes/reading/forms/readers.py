"""What readers, writers and jurors type."""

import secrets
from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, HiddenField, SelectField, ValidationError

from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.papers.forms import PaperField
from yiqi.papers.rules.kinds import Kind
from yiqi.programmes.reading.rules.marks import LEAST, MOST
from yiqi.web.forms import PageForm, PlainField
from yiqi.web.texts import Unwritable, identifier, plain, whole

MOST_STEPS = 1_000_000


class OnceForm(PageForm):
    """A form that counts once, however often it comes: `once` is its nonce."""

    nonce = HiddenField()

    @classmethod
    def blank(cls, **data: Any) -> Any:
        """The form as a page shows it first."""
        return cls(data={"nonce": secrets.token_urlsafe(16), **data})

    @property
    def once(self) -> str:
        try:
            typed = plain(self.nonce.data or "")[:40]
        except Unwritable:
            typed = ""
        return typed or secrets.token_urlsafe(16)


class StepForm(OnceForm):
    """Something that moves a copy: `steps` is how long its trail was when the page was made, -1 for what is none."""

    seen = HiddenField()

    @property
    def steps(self) -> int:
        found = whole(self.seen.data or "", least=0, most=MOST_STEPS)
        return -1 if found is None else found


class ReceiveForm(StepForm):
    """我收到这本书."""

    place = PlainField(_l("在哪儿接到的"), max_length=40)
    text = PlainField(_l("写给下一位的一句话"), max_length=200)
    whole_name = BooleanField(_l("轨迹和榜单上写我的全名"))


class RoomsForm(StepForm):
    """The room that a copy is put into; `room_id` once it is a good one."""

    room = SelectField(_l("放回哪间书屋"), validate_choice=False)

    room_id = 0

    def __init__(self, *args: Any, rooms: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.room.choices = [("", _("选一间")), *((str(room_id), name) for room_id, name in rooms)]
        self._ids = {room_id for room_id, _name in rooms}

    @classmethod
    def blank_of(cls, rooms: Sequence[tuple[int, str]], steps: int) -> Any:
        """The form as a page shows it first, for a copy with a trail of so many steps."""
        return cls(data={"nonce": secrets.token_urlsafe(16), "seen": str(steps)}, rooms=rooms)

    def validate_room(self, field: SelectField) -> None:
        found = identifier(field.data or "")
        if found not in self._ids or found is None:
            raise ValidationError(_("选一间书屋"))
        self.room_id = found


class WordsForm(OnceForm):
    """A line on a group's page, or a host's note after a meeting."""

    text = PlainField(_l("留一句话"), max_length=400, lines=True)

    def validate_text(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("写一句再发"))


class MeetingForm(WordsForm):
    """What a host writes of a meeting; `occurrence_id` once it is a good one."""

    text = PlainField(_l("这次聊了什么"), max_length=1000, lines=True)
    meeting = SelectField(_l("哪一次"), validate_choice=False)

    occurrence_id = 0

    def __init__(self, *args: Any, meetings: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            field.id = f"tell-{field.name}"
        self.meeting.choices = [(str(one), name) for one, name in meetings]
        self._ids = {one for one, _name in meetings}

    @classmethod
    def blank_of(cls, meetings: Sequence[tuple[int, str]]) -> Any:
        """The form as a page shows it first."""
        return cls(data={"nonce": secrets.token_urlsafe(16)}, meetings=meetings)

    def validate_meeting(self, field: SelectField) -> None:
        found = identifier(field.data or "")
        if found not in self._ids or found is None:
            raise ValidationError(_("选一次已经开过的"))
        self.occurrence_id = found


class ReportForm(PageForm):
    """Why a note should not stand there."""

    because = PlainField(_l("哪里不合适"), max_length=120)

    def validate_because(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("写一句哪里不合适，方便工会核实"))


class EssayForm(PageForm):
    """An essay that is handed in."""

    title = PlainField(_l("题目"), max_length=60)
    file = PaperField(_l("文件"), kinds=(Kind.DOCX, Kind.PDF, Kind.TXT))
    shows_name = BooleanField(_l("获奖名单上写我的全名"))

    def __init__(self, *args: Any, kinds: Sequence[str], most_kb: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.file.kinds = tuple(Kind(kind) for kind in kinds)
        self._most_kb = most_kb

    def validate_title(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("填题目，评委只看到题目和编号"))

    def validate_file(self, field: PaperField) -> None:
        if len(field.content) > self._most_kb * 1024:
            raise ValidationError(_("文件最大 %(size)s，压缩图片再传", size=size(self._most_kb)))


class MarkForm(PageForm):
    """A juror's mark; `value` once it is a good one."""

    mark = PlainField(_l("分数"), max_length=3)
    word = PlainField(_l("评语"), max_length=400, lines=True)

    value = 0

    def validate_mark(self, field: PlainField) -> None:
        found = whole(field.data or "", least=LEAST, most=MOST)
        if found is None:
            raise ValidationError(_("填 0 到 100 的整数"))
        self.value = found

    def validate_word(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("写一句评语，组织者定奖时看"))


def size(kilobytes: int) -> str:
    """5 MB, 500 KB."""
    return f"{kilobytes // 1024} MB" if kilobytes % 1024 == 0 else f"{kilobytes} KB"
