"""The settings: what production does not start without."""

from pathlib import Path

import pytest

from yiqi.config import Settings, Unsafe


@pytest.mark.parametrize(("second_factor", "is_named"), [(None, False), ("true", False), ("false", True)])
def test_production_does_not_start_with_a_desk_that_asks_for_no_second_factor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, second_factor: str | None, is_named: bool
) -> None:
    monkeypatch.setenv("YIQI_ENV", "production")
    monkeypatch.setenv("SECRET_KEY", "s" * 40)
    if second_factor is not None:
        monkeypatch.setenv("YIQI_SECOND_FACTOR", second_factor)
    else:
        monkeypatch.delenv("YIQI_SECOND_FACTOR", raising=False)

    with pytest.raises(Unsafe) as refused:
        Settings.from_environment(tmp_path)

    assert ("YIQI_SECOND_FACTOR" in str(refused.value)) is is_named


@pytest.mark.parametrize(("second_factor", "asks"), [("", False), ("true", True)])
def test_the_demo_asks_for_it_only_where_it_is_told_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, second_factor: str, asks: bool
) -> None:
    monkeypatch.setenv("YIQI_ENV", "demo")
    monkeypatch.delenv("YIQI_SECOND_FACTOR", raising=False)
    if second_factor:
        monkeypatch.setenv("YIQI_SECOND_FACTOR", second_factor)

    assert Settings.from_environment(tmp_path).second_factor is asks
