"""Where shoppers buy."""
