"""The catalogue, benefits and budgets as clients see them."""
