"""OpenAI-compatible servers, with tools."""
