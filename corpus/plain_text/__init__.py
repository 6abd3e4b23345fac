"""What text is made of: folding, radicals, numerals, sentences, word lists. Shared by all folders."""
