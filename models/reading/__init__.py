"""The readers: by a trained network without torch, and a deterministic fake."""
