"""What is kept of people and why; taking it away, and getting it: the rights of who is written down here."""
