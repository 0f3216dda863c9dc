"""Lists as files: reading what people upload within limits, and writing what they take away. Knows nothing of what they list."""
