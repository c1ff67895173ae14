"""What staff see first: what offers cost and brought, what is left of them, and what waits (IF-35)."""
