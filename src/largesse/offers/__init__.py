"""What is given: promotions and their revisions, vouchers, allotments, and the book made of them."""
