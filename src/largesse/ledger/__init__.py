"""Accounts of money and of units, and the only code that books on them."""
