"""Cases: one life for every application, from draft to close."""
