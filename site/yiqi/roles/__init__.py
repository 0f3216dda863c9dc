"""Who may do what: roles and where they reach, and the trail of what was done with them."""
