"""The index as other frameworks know a source of passages, a few lines each on `Library`."""
