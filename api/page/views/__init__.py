"""One file for each kind of page: what it asks the library, and what its template shows."""
