"""What the programmes and the topics are called, in the page's language: the one place for lists, feeds, desk and templates."""

from yiqi.activities.models import Programme, Topic
from yiqi.i18n import lazy_gettext as _l

PROGRAMMES = {
    Programme.LEAGUE: _l("篮球联赛"),
    Programme.TROUPE: _l("艺术团"),
    Programme.READING: _l("职工书屋"),
    Programme.TRAINING: _l("技能培训"),
    Programme.VOLUNTEERING: _l("志愿服务"),
}
TOPICS = {Topic.LECTURE: _l("大讲堂"), Topic.WOMEN: _l("女职工"), Topic.LEGAL: _l("法律服务")}
KINDS = {one.value: name for one, name in (*PROGRAMMES.items(), *TOPICS.items())}
"""By how they are spelled in addresses, for templates."""
