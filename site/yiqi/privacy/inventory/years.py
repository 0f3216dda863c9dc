"""What is kept of `years`, column by column."""

from yiqi.i18n import lazy_gettext as _l
from yiqi.privacy.kept import Kept, Then

KEPT: tuple[Kept, ...] = (
    Kept(
        "month_theme",
        why="the themes of months",
        long="kept",
        pseudonymous="kept_by_id",
        plain="month title title_en line line_en lifts kept_at",
    ),
    Kept(
        "commendation",
        why="lists of commendation that were published",
        long="kept: a published list stays",
        pseudonymous="published_by_id",
        plain="id union_id year criteria published_at",
    ),
    Kept(
        "commended",
        why="who is on a list of commendation, and what for",
        long="kept: a published list stays; without its person once the account is deleted",
        title=_l("年度表彰"),
        whose="person_id",
        then=Then.CLEAR,
        personal="name figures evidence",
        pseudonymous="person_id",
        plain="id list_id award union_id",
    ),
    Kept(
        "commendation_correction",
        why="what is not right on a published list",
        long="kept with the list",
        personal="said",
        pseudonymous="by_id",
        plain="id list_id at",
    ),
    Kept(
        "commendation_consent",
        why="whether a name may stand on published lists",
        long="while there is an account",
        title=_l("表彰名单写姓名的同意"),
        whose="person_id",
        then=Then.DELETE,
        pseudonymous="person_id",
        plain="version is_given changed_at",
    ),
)
