"""Enterprises and their unions: the tree, and who belongs where."""
