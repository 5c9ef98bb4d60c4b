"""Filing, working and reading cases, and what the worker does with them."""

from resolvers.cases import export, jobs

__all__ = ["export", "jobs"]
