"""How it is shown: pages, JSON and the command line."""
