"""PDF pages to lines, columns, tables and furniture."""
