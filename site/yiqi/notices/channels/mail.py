"""E-mail through an SMTP server, encrypted from the start (`smtps`) or from its second word on (`smtp`)."""

import hashlib
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formataddr, parseaddr

from msgspec import Struct

from yiqi.i18n import in_language
from yiqi.notices.channels import http
from yiqi.notices.letter import Failed, Letter, Refused
from yiqi.notices.letter import gettext as _

FOR_GOOD = range(500, 600)


class Mail(Struct, frozen=True):
    """A server and who writes. `security`: `tls`, `starttls` or, for a server on the same machine, `none`."""

    host: str
    port: int
    user: str
    password: str
    security: str
    sender: str
    base_url: str
    ca_file: str = ""

    def __call__(self, letter: Letter) -> str:
        """Send a letter; answers its Message-ID, which is the same each time it is sent."""
        message = self.written(letter)
        try:
            with self._server() as server:
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(message, self.sender, [letter.email])
        except smtplib.SMTPRecipientsRefused as refused:
            code = next((code for code, _said in refused.recipients.values()), 0)
            raise (Refused if code in FOR_GOOD else Failed)(f"SMTP {code}: the address") from None
        except smtplib.SMTPResponseException as error:
            is_final = error.smtp_code in FOR_GOOD and isinstance(error, smtplib.SMTPDataError)
            raise (Refused if is_final else Failed)(f"SMTP {error.smtp_code}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise Failed(f"SMTP: {type(error).__name__}") from None
        return str(message["Message-ID"])[:64]

    def written(self, letter: Letter) -> EmailMessage:
        """The letter as mail: the text, and a link to it in the inbox."""
        text = letter.shown
        with in_language(letter.lang):
            subject, foot = (
                _("亦起通知"),
                _("亦起 · 在“我的”里可以改怎么收通知：%(link)s", link=f"{self.base_url}/me/reach"),
            )
        message = EmailMessage()
        message["Subject"] = f"{subject}{_colon(letter.lang)}{_first_words(text)}"
        message["From"] = formataddr(parseaddr(self.sender))
        message["To"] = letter.email
        domain = parseaddr(self.sender)[1].rpartition("@")[2]
        message["Message-ID"] = f"<{hashlib.sha256(letter.key.encode()).hexdigest()[:32]}@{domain}>"[:64]
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(f"{text}\n\n{foot}\n")
        return message

    def _server(self) -> smtplib.SMTP:
        trust = ssl.create_default_context(cafile=self.ca_file or None)
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=http.SECONDS, context=trust)
        server = smtplib.SMTP(self.host, self.port, timeout=http.SECONDS)
        if self.security == "starttls":
            try:
                server.starttls(context=trust)
            except (smtplib.SMTPException, OSError):
                server.close()
                raise
        return server


def _first_words(text: str) -> str:
    """As much of a text as fits a subject: its first sentence, or forty characters."""
    line = text.split("\n")[0]
    for stop in "。：":
        line = line.partition(stop)[0] if len(line.partition(stop)[0]) >= 4 else line
    return line if len(line) <= 40 else f"{line[:39]}…"


def _colon(lang: str) -> str:
    return ": " if lang == "en" else "："
