"""Programmes: what the federation offers, by which rules, how much, and until when."""
