"""The benchmark: what the service does in a second, beside a hand-written endpoint, in one run."""
