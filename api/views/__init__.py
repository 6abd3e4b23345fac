"""What commands and routes show, made once from the library: units, precedents, citations, themes."""
