"""A2A agents."""
