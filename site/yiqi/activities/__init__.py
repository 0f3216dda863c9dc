"""What is on: activities, their occurrences, and the slots that can be booked."""
