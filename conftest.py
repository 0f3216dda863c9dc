"""The plugins of every test: throw-away servers, the rule that a skip is said aloud, and what time it is."""

pytest_plugins = ["tests.plugins.no_skips", "tests.plugins.another_time", "tests.servers"]
