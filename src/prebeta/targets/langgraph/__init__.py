"""LangGraph's server."""
