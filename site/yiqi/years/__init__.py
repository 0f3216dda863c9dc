"""The year: a theme for each month, which weeks have something on, what people did, and who is commended for it."""
