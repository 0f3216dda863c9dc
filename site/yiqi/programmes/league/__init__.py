"""职工篮球联赛: seasons, teams, fixtures, tables."""
