"""Whether orders agree with themselves and with the journal (JO-4, QU-28)."""
