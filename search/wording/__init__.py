"""Two wordings side by side: what was kept, added, dropped, softened."""
