"""The stages of pricing: each takes the pricing under way and adds what it finds."""
