"""Which counts changed since a page last asked. Knows versions, not what they are versions of."""
