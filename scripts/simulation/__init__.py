"""A simulated year: real use cases, real database, a clock of its own, staff who forget."""
