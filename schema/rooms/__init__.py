"""Mothers' rooms: finding, booking and running them."""

from schema.rooms.operations import RoomMutations, RoomQueries, RoomViewer

__all__ = ["RoomMutations", "RoomQueries", "RoomViewer"]
