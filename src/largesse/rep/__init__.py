"""The rep's pages: orders that a sales rep enters for customers, with deals, giveaways and approval."""
