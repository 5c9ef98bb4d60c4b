"""Who may do it, in one transaction, on record."""
