"""Streamed answers: server-sent events, JSON lines."""
