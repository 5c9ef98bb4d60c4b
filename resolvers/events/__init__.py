"""Events: finding and joining them, preparing and running them, and telling those concerned."""
