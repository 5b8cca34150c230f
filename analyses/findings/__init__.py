"""What a trial found beside survival, from its printed counts."""
