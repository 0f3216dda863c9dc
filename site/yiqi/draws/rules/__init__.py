"""The arithmetic of a draw: a frozen list, a secret and a public number in, an order out."""
