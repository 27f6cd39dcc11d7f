"""`python -m cli` is `point-ecoute`."""

from cli.app import main

main()
