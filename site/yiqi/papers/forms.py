"""The field of a file that somebody hands in. Its form is sent as multipart, to a view that `takes_files`."""

from collections.abc import Collection
from typing import Any

from wtforms import FileField, ValidationError

from yiqi.i18n import gettext as _
from yiqi.papers.rules.kinds import Kind, kind_of

MOST_BYTES = 5 * 1024 * 1024
MOST_BODY = MOST_BYTES + 64 * 1024
"""Bytes of a form with one file."""


class PaperField(FileField):
    """One file of some kinds, at most `MOST_BYTES`. After it was found good: `content`, `kind`, `filename`."""

    def __init__(self, label: Any, *, kinds: Collection[Kind], required: bool = True, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.kinds, self.is_required = tuple(kinds), required
        self.content, self.filename = b"", ""
        self.kind: Kind | None = None

    def pre_validate(self, form: Any) -> None:
        self.filename = getattr(self.data, "filename", "") or ""
        if not self.filename:
            if self.is_required:
                raise ValidationError(_("选一个文件"))
            return
        self.content = self.data.read(MOST_BYTES + 1)
        if not self.content:
            raise ValidationError(_("这个文件是空的"))
        if len(self.content) > MOST_BYTES:
            raise ValidationError(_("文件最大 5 MB，压缩一下再传"))
        kind = kind_of(self.content)
        if kind not in self.kinds:
            raise ValidationError(_("这个文件打不开，可以传：%(kinds)s", kinds="、".join(self.kinds)))
        self.kind = kind
