"""The plugins of every test: what time it is, the rule that a skip is said aloud, and throw-away servers."""

pytest_plugins = ["tests.plugins.another_time", "tests.plugins.no_skips", "tests.servers"]
