"""How deals are priced: whom they are for, the best-deal problem of a cart, and what its plan gives."""
