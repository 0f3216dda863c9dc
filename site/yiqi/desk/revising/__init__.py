"""Changing what is published: its page, the small forms, the look before, the ledger of its quotas."""
