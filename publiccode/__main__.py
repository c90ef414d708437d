"""`python -m publiccode` is the command `publiccode`."""

from publiccode.web.cli import main

if __name__ == "__main__":
    main()
