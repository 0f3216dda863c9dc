"""What is kept of `kiosk`, column by column."""

from yiqi.i18n import lazy_gettext as _l
from yiqi.privacy.kept import Kept, Then

KEPT: tuple[Kept, ...] = (
    Kept(
        "kiosk_device",
        why="which screens there are, and who set them up",
        long="kept",
        pseudonymous="made_by_id",
        plain="id union_id name place place_en nonce made_at serial code_until token_hash csrf enrolled_at seen_at"
        " revoked_at",
    ),
    Kept(
        "kiosk_visit",
        why="who stands before a screen now",
        long="a minute without a touch, five at the most",
        title=_l("服务中心的大屏"),
        whose="person_id",
        then=Then.DELETE,
        personal="typed phone outcome",
        pseudonymous="person_id",
        plain="device_id nonce purpose stage slot_id began_at touched_at",
        unsaid="nonce",
    ),
    Kept(
        "kiosk_scan",
        why="each scan counts once; what could not be entered waits for the desk",
        long="7 days; what is not settled, until it is",
        pseudonymous="ref settled_by_id",
        plain="id device_id nonce activity_id occurrence_id scanned_at delivered_at outcome in_at why facts settled_at",
    ),
    Kept(
        "kiosk_call",
        why="somebody asked for help",
        long="30 days",
        pseudonymous="answered_by_id",
        plain="id device_id at answered_at",
    ),
)
