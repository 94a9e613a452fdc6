"""The example shop, lived through in a real browser."""
