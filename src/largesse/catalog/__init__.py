"""What is sold and where: products, kits, product groups, locations."""
