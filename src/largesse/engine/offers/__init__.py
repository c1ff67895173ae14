"""Whatever gives: promotions, vouchers, allotments."""
