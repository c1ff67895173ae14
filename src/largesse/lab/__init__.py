"""Uses of the engine on many carts: a business's history, and what a book would have cost on it."""
