"""The life of an order: quote, reserve, place, post, cancel, refund; each a use case of one module."""
