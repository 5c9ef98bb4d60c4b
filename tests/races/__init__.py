"""Many clients at once, through HTTP, against the service as it really runs."""
