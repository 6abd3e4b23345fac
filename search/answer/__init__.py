"""From units that were found to the sentences that answer, and whether they do."""
