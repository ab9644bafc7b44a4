"""`python -m reportgen` is the same command as `reportgen`."""

from reportgen.cli.main import main

main()
