"""The best deal: which order lines go on which deals so that they bring the most, with proof (BE-1)."""
