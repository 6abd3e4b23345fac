"""What a text cites, looked up: documents, paragraphs, who cites them, whether a quotation is right."""
