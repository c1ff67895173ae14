"""`python -m largesse` is the command `largesse`."""

from largesse.cli import main

# The server's worker processes import this module again, under another name.
if __name__ == "__main__":
    main()
