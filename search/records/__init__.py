"""Documents as records: their facets, their versions, and which of them a question is about."""
