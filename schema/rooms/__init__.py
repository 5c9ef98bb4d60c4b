"""Mothers' rooms: finding, booking and running them."""

from schema.rooms.operations import RoomMutations, RoomQueries, RoomViewer
from schema.rooms.setup import MothersRoomApplication, RoomSetupMutations

__all__ = ["MothersRoomApplication", "RoomMutations", "RoomQueries", "RoomSetupMutations", "RoomViewer"]
