"""Arithmetic of years: days and weeks of one, what commends somebody."""
