"""What every study writes and says: its folder, documents, tables, pictures and progress."""
