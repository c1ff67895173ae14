"""Parties: made, closed, rewarded, corrected, and what they came to (SP-1, SP-7 to SP-13)."""
