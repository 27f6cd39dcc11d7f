"""Ways to tell a member of staff something: one module for each."""
