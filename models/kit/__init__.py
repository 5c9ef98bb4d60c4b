"""Pieces with no domain in them; each module has one job and a name."""
