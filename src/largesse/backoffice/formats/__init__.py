"""How Django writes days and times in lists, the same as `pages.figures` does."""
