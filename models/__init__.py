"""What is true whoever asks: rows, rules and claims, one file per domain."""
