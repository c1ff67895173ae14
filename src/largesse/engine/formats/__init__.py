"""One file format, JSON and YAML, for books, carts, facts and quotes (IF-3)."""
