"""Documents for the file: one neutral model of a paper, written as Markdown, HTML or DOCX."""
