"""Schema migrations, applied in order under a lock."""
