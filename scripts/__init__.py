"""Tools for maintainers that rebuild the data files of the project."""
