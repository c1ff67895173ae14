"""How a price came about, as values that pages show (IF-36)."""
