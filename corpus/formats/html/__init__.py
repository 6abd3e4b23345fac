"""HTML elements to lines, with the numbers that lists count."""
