"""The composition root: settings, addresses, start-up."""
