"""Which of the promotions that compete for the same units apply: the largest saving (CH-1, CH-4).

`decide` reads top to bottom: `line_by_line` weighs awards on each line; `candidates` finds those that
tie units together and may be worth having; `search` tries which of them are in.
"""
