"""What any process needs, and nothing about signals."""
