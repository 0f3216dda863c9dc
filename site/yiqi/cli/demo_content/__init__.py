"""What the demo is about: unions, people and offers, as data. Nothing here asks the clock or touches the database."""
