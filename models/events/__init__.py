"""Events: what unions put on, who may come, and the seats, which are never more than there are."""
