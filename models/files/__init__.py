"""Files that people give: received, cleaned, sealed, attached to documents, read through signed links, forgotten."""
