"""The plugins of every test: throw-away servers, and the rule that a skip is said aloud."""

pytest_plugins = ["tests.plugins.no_skips", "tests.servers"]
