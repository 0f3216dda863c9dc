"""Whether the tests take their time: `make nightly` looks at every combination, where `make test` takes turns."""

from hypothesis import settings


def is_nightly() -> bool:
    """Known once pytest is configured: `--hypothesis-profile=nightly`."""
    return settings.get_current_profile_name() == "nightly"
