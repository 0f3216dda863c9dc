"""Unions and their members as the desk shows them."""
