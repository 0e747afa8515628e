"""`python -m interleaf` is the command `interleaf`."""

from interleaf.cli import main

main()
