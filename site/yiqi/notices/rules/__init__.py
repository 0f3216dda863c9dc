"""What is decided about notices without asking the database: arithmetic only."""
