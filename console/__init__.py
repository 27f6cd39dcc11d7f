"""The staff door: sign in, read the queue, answer."""
