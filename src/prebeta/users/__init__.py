"""Synthetic users: a policy that decides (agenda) and a voice that speaks (surface)."""
