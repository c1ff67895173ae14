"""The till: sales over the counter, from the first scan to the receipt (IF-31)."""
