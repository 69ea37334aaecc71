"""From an OpenAPI document to a target."""
