"""What a client can ask."""
