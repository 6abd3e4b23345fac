"""What a text cites: paragraphs, articles, resolutions, symbols, with their places; how a unit is cited."""
