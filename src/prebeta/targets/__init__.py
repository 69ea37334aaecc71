"""Connectors to the product under test: one file a kind, each with the Options that its `target:` section takes."""
