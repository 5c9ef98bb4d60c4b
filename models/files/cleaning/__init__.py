"""Making files harmless: what a file is by its content, then written anew without what it need not have.

It runs as a program of its own (`python -m models.files.cleaning`), which knows no keys, no database and no settings
and has little memory and time: whatever a hostile file does to a decoder, it does there.
"""
