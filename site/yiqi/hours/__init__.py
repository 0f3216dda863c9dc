"""The ledger of volunteers' hours, in minutes: rows are added and never changed. Who may add which is its callers' business."""
