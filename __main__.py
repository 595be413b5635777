"""`python -m toytoy` is the command line."""

from toytoy.cli import main

if __name__ == "__main__":
    main()
