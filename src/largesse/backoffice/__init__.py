"""Where staff keep the records."""
