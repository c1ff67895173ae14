"""Customers' credit accounts: their list, their statements, and what staff give by hand."""
