"""Rotas as arithmetic: shifts, cycles of days, and the times they leave free."""
