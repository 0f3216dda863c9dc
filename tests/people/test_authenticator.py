"""The arithmetic of an authenticator, against the standard's own numbers."""

from base64 import b32encode
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from yiqi.people.authenticator import (
    address,
    new_recovery_code,
    new_seed,
    recovery_hash,
    secret_of,
    step_of,
)

RFC_6238 = b32encode(b"12345678901234567890").decode()
HALF = timedelta(seconds=30)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
    ],
)
def test_the_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    assert step_of(RFC_6238, code, datetime.fromtimestamp(seconds, UTC)) == seconds // 30


def test_a_code_counts_one_step_early_and_one_late_and_no_longer() -> None:
    noon = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
    secret = secret_of(new_seed(), "a key")
    code, step = pyotp.TOTP(secret).at(noon), int(noon.timestamp()) // 30

    assert [step_of(secret, code, noon + n * HALF) for n in (-2, -1, 0, 1, 2)] == [
        None,
        step,
        step,
        step,
        None,
    ]


def test_the_secret_needs_the_sites_key_and_tells_its_owner_to_the_app() -> None:
    seed = new_seed()

    assert secret_of(seed, "one key") != secret_of(seed, "another key")
    assert secret_of(seed, "one key") == secret_of(seed, "one key")
    says = address(secret_of(seed, "one key"), "138****1234")
    assert says.startswith("otpauth://totp/Yiqi:138")
    assert f"secret={secret_of(seed, 'one key')}" in says


def test_a_recovery_code_is_read_however_it_is_typed_and_belongs_to_one_person() -> None:
    code = new_recovery_code()
    kept = recovery_hash(code, 7, "a key")

    assert recovery_hash(code.lower().replace("-", " "), 7, "a key") == kept
    assert recovery_hash(code, 8, "a key") != kept
    assert recovery_hash(code, 7, "another key") != kept
    assert len({new_recovery_code() for _n in range(200)}) == 200
