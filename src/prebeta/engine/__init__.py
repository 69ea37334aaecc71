"""Engines hold many conversations and tell what happens as events. They know only protocols."""
