"""The front pages: this week, the notices for users, health, and the demo's messages."""
