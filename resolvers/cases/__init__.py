"""Filing, working and reading cases."""
