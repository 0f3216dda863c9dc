"""Commands for the terminal: `flask demo …`."""
