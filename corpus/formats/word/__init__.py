"""DOCX part by part: styles, automatic numbers, runs, story, margins; DOC by way of LibreOffice."""
