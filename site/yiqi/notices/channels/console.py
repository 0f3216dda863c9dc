"""The demo's channel: a letter is a line in the log. It carries codes in clear and is refused in production."""

import structlog

from yiqi.notices.letter import Letter

log = structlog.get_logger()


def send(letter: Letter) -> str:
    """Log a letter."""
    log.info("message", phone=letter.phone, text=letter.text)
    return ""
