"""The shop's pages: one module for shelves, cart, checkout, orders and account."""
