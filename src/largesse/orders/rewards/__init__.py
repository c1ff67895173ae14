"""What an order gives beside its discounts: giveaways, sprees, credit, rights."""
