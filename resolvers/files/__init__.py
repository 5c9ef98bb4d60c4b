"""Receiving files, reading them through signed links, and what the worker does with them."""

from resolvers.files import export, jobs

__all__ = ["export", "jobs"]
