"""Customers' credit accounts: what is on them, what they pay, how they got it (SP-13)."""
