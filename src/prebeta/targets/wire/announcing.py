"""How a product is told that no person speaks."""

HEADER = "X-Synthetic-User"
VALUE = "prebeta"
