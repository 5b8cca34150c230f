"""What a trial is and how it behaves."""
