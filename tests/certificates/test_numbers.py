"""How the number of a certificate is written, and what is read as one."""

import pytest

from yiqi.certificates.rules.numbers import numbered, typed


def test_a_number_is_its_series_year_running_number_and_a_tail() -> None:
    assert numbered("PX", 2026, 123, "7K3M") == "PX-2026-000123-7K3M"


@pytest.mark.parametrize(
    "wrong", [("px", 2026, 1, "7K3M"), ("PX", 2026, 1, "7K3O"), ("PX", 2026, 10**6, "7K3M")]
)
def test_what_would_not_be_read_again_is_not_made(wrong: tuple[str, int, int, str]) -> None:
    with pytest.raises(ValueError, match="-"):
        numbered(*wrong)


@pytest.mark.parametrize("text", ["px2026000123 7k3m", " PX-2026-000123-7K3M ", "PX–2026–000123–7K3M"])
def test_it_is_read_however_it_was_typed(text: str) -> None:
    assert typed(text) == "PX-2026-000123-7K3M"


@pytest.mark.parametrize("text", ["", "PX-2026-123-7K3M", "PX-2026-000123-7K3O", "1' OR 1=1", "ＰＸ" * 40])
def test_what_is_no_number_is_none(text: str) -> None:
    assert typed(text) is None
