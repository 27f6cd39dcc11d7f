"""One conversation per file, each with build_router()."""
