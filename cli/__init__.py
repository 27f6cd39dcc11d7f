"""The command point-ecoute: one file per command."""
