"""The organizer's desk: every page behind one gate. The verbs it calls live in the rooms they belong to."""
