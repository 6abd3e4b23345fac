"""The JSON objects of the interface, each declared once."""
