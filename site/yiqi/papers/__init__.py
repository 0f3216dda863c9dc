"""Files that people hand in, as essays and evidence: looked at before they are kept, and only ever given out to keep."""
