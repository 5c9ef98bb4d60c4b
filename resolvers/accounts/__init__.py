"""Accounts: signing in and out, what an account decides for itself, and the staff accounts of a union."""
