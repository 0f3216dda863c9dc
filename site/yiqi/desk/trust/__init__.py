"""Roles, proofs and the trail in words and forms."""
