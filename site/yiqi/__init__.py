"""Yiqi 亦起: where the workers of Beijing E-Town sign up for what their trade union offers."""

__version__ = "0.1.0"
