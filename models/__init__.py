"""What a survival curve is and how to learn it."""
