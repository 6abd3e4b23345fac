"""Messages for people, in English and Chinese."""
