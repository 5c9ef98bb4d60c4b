"""Data that a service starts with: divisions, the catalogue of programmes, demo data."""
