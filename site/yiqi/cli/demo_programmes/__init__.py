"""What the demo shows of each programme, played through its verbs."""
