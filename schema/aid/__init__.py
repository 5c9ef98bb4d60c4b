"""Money aid and hardship files as clients see them."""

from schema.aid.applying import AidMutations
from schema.aid.types import AidApplication, HardshipFiling

__all__ = ["AidApplication", "AidMutations", "HardshipFiling"]
