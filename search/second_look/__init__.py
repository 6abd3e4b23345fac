"""Second stage: the best hundred looked at again word by word."""
