"""Spreadsheets, read and written: what comes in is bounded, what goes out computes nothing (QU-44)."""
