"""Vouchers: made one by one, in books or from sheets; assigned, drawn, made void, read, reported."""

from largesse.offers.vouchers.journaling import account_of
from largesse.offers.vouchers.reading import voucher_values
from largesse.offers.vouchers.single import create
from largesse.offers.vouchers.taking import taking

__all__ = ["account_of", "create", "taking", "voucher_values"]
