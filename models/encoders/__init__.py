"""Encoders: texts to vectors of unit norm. Each by its own file, named in the registry."""
