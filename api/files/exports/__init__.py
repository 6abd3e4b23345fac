"""Hit lists for other programs, one file a format."""
