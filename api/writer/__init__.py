"""The optional writer: a summary by a model of the user's own, every sentence checked against the quotes."""
