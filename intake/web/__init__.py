"""The public site, a door: nothing imports it but the command line."""
