"""Aid: hardship files, and the money aid that they open (domain facts, sections 3 and 4)."""
