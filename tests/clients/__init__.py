"""The clients and tools of frontends against the running service: `make test-clients`."""
