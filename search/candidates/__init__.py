"""First stage: words, meaning, expansion, filters, fused into one ranking."""
