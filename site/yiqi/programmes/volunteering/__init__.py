"""City volunteering: posts by shifts, squads, and the hours that people serve."""
