"""An organization in the back office: its members, its allotments, and what became of them."""
