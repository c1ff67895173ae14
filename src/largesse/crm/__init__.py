"""Who buys: customers, the organizations that they belong to, and partners."""
