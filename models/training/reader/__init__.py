"""Trains the reader that ships: `python -m models.training.reader`.

In reading order: `pieces` (a vocabulary whose cuts fall where answers begin and end), `sources` (questions
with their passages and spans), `negatives` (passages that look alike), `examples` (what one window is to
teach), `draw`, `network`, `losses`, `train` (the loop), `measure` (figures on what was held out), `export`
(the folder that ships; `eight_bits` makes it ready), `shipped` (goes on from it), `calibrate`.

Training only: needs torch. What the running product needs lies in `models.reading`.
"""
