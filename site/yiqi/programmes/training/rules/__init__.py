"""The arithmetic of training: who passes, what a typed result means, which step of a request may follow which."""
