"""Vouchers in the back office: lists, books, sheets, labels and the partners' report."""
