"""Data and protocols. Imports the standard library only, so every other room may stand on it."""
