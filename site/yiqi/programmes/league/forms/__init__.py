"""What is typed in the league's forms."""
