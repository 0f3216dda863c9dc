"""The league: seasons, groups, teams of enterprise unions, games, results and tables."""
