"""What comes back when units of an order are given back, and what that leaves (OR-5, DE-16)."""
