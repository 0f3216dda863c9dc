"""Numbered certificates that anybody can check: what was certified stands in the row, as it was on the day."""
