"""Conversations as data for others: out of the store, and in."""
