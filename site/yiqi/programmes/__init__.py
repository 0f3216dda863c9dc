"""The five programmes: parallel packages with the same file names, plugged into the booking core. None imports another."""
