"""职工书屋: rooms, groups, book drift, essays."""
