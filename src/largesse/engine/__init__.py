"""The pure pricing core: no clock, no files, no sockets, no randomness."""
