"""The core: asking for places, keeping them, waiting for them, giving them back."""
