"""A record to begin with: an invented trial, as a commented file to be filled in."""
