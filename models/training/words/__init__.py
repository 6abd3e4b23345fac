"""The static encoder `fast`: vocabulary, co-occurrence, student and teacher, export."""
