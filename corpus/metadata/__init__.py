"""Title, symbol, dates, session: found on the title page or supplied beside the file."""
