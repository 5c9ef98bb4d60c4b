"""Mothers' rooms: places with opening hours, slots booked up to the number of partitions (domain facts: 10)."""
