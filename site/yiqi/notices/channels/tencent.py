"""Short messages through Tencent Cloud (SendSms, version 2021-01-11): an approved template's id and what is filled in.

Its answers have status 200 whatever became of the message. Signed as TC3-HMAC-SHA256 prescribes.
"""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from yiqi import clock
from yiqi.notices import templates
from yiqi.notices.channels import http
from yiqi.notices.letter import Failed, Letter, Refused, Worded

ACTION, VERSION, SERVICE = "SendSms", "2021-01-11", "sms"
TYPE = "application/json; charset=utf-8"
FOR_GOOD = (
    "FailedOperation.PhoneNumberInBlacklist",
    "FailedOperation.PhoneNumberOnBlacklist",
    "FailedOperation.PhoneNumberParseFail",
    "FailedOperation.TemplateIncorrectOrUnapproved",
    "FailedOperation.TemplateParamSetNotMatchApprovedTemplate",
    "FailedOperation.ContainSensitiveWord",
    "FailedOperation.SignatureIncorrectOrUnapproved",
    "InvalidParameterValue.IncorrectPhoneNumber",
    "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter",
    "InvalidParameterValue.TemplateParameterFormatError",
    "InvalidParameterValue.TemplateParameterLengthLimit",
    "UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone",
)
"""Codes that the same message to the same number meets each time."""


class Tencent(Struct, frozen=True):
    """An account: its key, the application, the signature it signs with and the templates that were approved."""

    key_id: str
    key: str
    app: str
    sign: str
    region: str
    url: str
    templates: Mapping[str, str]

    def __call__(self, letter: Letter) -> str:
        """Send a letter; answers the serial number of the message."""
        if not isinstance(letter.text, Worded):
            raise Refused("its text was not made from a template")
        key = templates.key_of(letter.text.pattern)
        template = self.templates.get(key, "")
        if not template:
            raise Refused(f"no template id for {key}: see flask notices templates")
        body = http.as_json(
            {
                "PhoneNumberSet": [letter.phone],
                "SmsSdkAppId": self.app,
                "SignName": self.sign,
                "TemplateId": template,
                "TemplateParamSet": letter.text.parameters,
                "SessionContext": letter.key,
            }
        )
        said = http.post(self.url, body, self._signed(body)).json().get("Response", {})
        error = said.get("Error")
        if error:
            raise Failed(str(error.get("Code", "an error without a code")))
        statuses = said.get("SendStatusSet") or [{}]
        code = str(statuses[0].get("Code", "no status"))
        if code == "Ok":
            return str(statuses[0].get("SerialNo", ""))
        raise (Refused if code in FOR_GOOD else Failed)(code)

    def _signed(self, body: bytes) -> dict[str, str]:
        return signed(
            body,
            host=urlsplit(self.url).netloc,
            service=SERVICE,
            key_id=self.key_id,
            key=self.key,
            at=int(clock.now().timestamp()),
        ) | {"X-TC-Action": ACTION, "X-TC-Version": VERSION, "X-TC-Region": self.region}


def signed(body: bytes, *, host: str, service: str, key_id: str, key: str, at: int) -> dict[str, str]:
    """The headers of a request at an instant (seconds since 1970), its signature among them."""
    day = f"{clock.of_seconds(at):%Y-%m-%d}"
    names = "content-type;host"
    canonical = f"POST\n/\n\ncontent-type:{TYPE}\nhost:{host}\n\n{names}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{day}/{service}/tc3_request"
    to_sign = f"TC3-HMAC-SHA256\n{at}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signing = f"TC3{key}".encode()
    for part in (day, service, "tc3_request"):
        signing = hmac.new(signing, part.encode(), hashlib.sha256).digest()
    proof = hmac.new(signing, to_sign.encode(), hashlib.sha256).hexdigest()
    return {
        "Authorization": f"TC3-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={names}, Signature={proof}",
        "Content-Type": TYPE,
        "Host": host,
        "X-TC-Timestamp": str(at),
    }
