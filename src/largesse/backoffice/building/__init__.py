"""Forms that build offers: what they ask for follows from the kinds; a draft is tried as one types."""
