"""The rep's pages: one module for the desk, the lines, the deals, the summary and saved orders."""
