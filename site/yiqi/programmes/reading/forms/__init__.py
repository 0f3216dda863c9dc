"""What people type: readers, writers and jurors in `readers`, the desk in `keeping` and `judging`."""
