"""职工艺术团: auditions, rehearsals, productions, shows."""
