"""`make bench`: the site under load, whose answers are checked first and timed then."""

STATEMENTS = "X-Bench-Statements"
"""The header in which the site under test says how many statements an answer cost."""
OF_THE_TESTS = ("greenlet", "rich")
"""Libraries that the tests' tools bring with them, which the site would import if they are there."""
