"""A chat widget on a page, in a browser."""
