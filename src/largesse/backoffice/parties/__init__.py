"""Parties in the back office: for staff, and for the reps who hold them (IF-34)."""
