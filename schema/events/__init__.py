"""Events: finding them, joining them, and running them."""

from schema.events.operations import EventMutations, EventQueries, EventViewer

__all__ = ["EventMutations", "EventQueries", "EventViewer"]
