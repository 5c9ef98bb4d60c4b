"""Filing, working and reading cases, and what the worker does with them."""

from resolvers.cases import jobs

__all__ = ["jobs"]
