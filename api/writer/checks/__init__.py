"""The checks that a summary written by a model passes, sentence by sentence, before it is shown."""
