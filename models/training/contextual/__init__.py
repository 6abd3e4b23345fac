"""Trains the transformer that ships: `python -m models.training.contextual`.

In reading order: `words` (Chinese words enter an English model), `network` (the model being trained),
`batches` (what one step sees), `train` (the loop), `measure`, `export` (the folder that ships).
"""
