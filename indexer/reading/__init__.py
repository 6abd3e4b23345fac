"""Files to documents, each read in a child process with limits."""
