"""What is kept of `volunteering`, column by column."""

from yiqi.i18n import lazy_gettext as _l
from yiqi.privacy.kept import Kept, Then

KEPT: tuple[Kept, ...] = (
    Kept(
        "volunteering_event",
        why="events for volunteers",
        long="kept",
        plain="activity_id briefing briefing_at",
    ),
    Kept(
        "volunteering_post",
        why="events for volunteers",
        long="kept",
        plain="slot_id least break_minutes is_briefing squad_id warned_at",
    ),
    Kept(
        "volunteering_squad",
        why="squads and their leaders",
        long="kept",
        pseudonymous="leader_id",
        plain="id activity_id name",
    ),
    Kept(
        "volunteering_volunteer",
        why="the number on the city's platform",
        long="while there is an account",
        title=_l("志愿者编号"),
        whose="person_id",
        then=Then.DELETE,
        personal="number",
        pseudonymous="person_id",
    ),
    Kept(
        "volunteering_consent",
        why="consent to be named, or passed on",
        long="3 years after it ended",
        title=_l("志愿服务的同意"),
        whose="person_id",
        pseudonymous="person_id",
        plain="id purpose version given_at withdrawn_at",
    ),
    Kept(
        "volunteering_proof",
        why="what a certificate of hours stands for",
        long="as long as the record of volunteering is kept",
        title=_l("志愿证明"),
        whose="person_id",
        pseudonymous="person_id",
        plain="number starts_at ends_at minutes made_at",
    ),
)
