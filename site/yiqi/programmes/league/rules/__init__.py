"""The league's arithmetic: tables, fixtures, brackets, spoken codes. Neither Flask nor the database."""
