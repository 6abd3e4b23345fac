"""Errors of the writer. None of them touches the quoted answer: it is served without a summary.

BadInput
├── BadEndpoint          a URL that cannot be that of a chat-completions endpoint
└── WriterUnavailable    the library that speaks to it is not installed
WriterError
├── EndpointFailed       no connection, a status other than 200, a redirect
├── EndpointSlow         the answer did not come in time
└── AnswerUnusable       an answer that is too large, or not what was asked for
"""

from api.errors import ApiError, BadInput

__all__ = [
    "AnswerUnusable",
    "BadEndpoint",
    "EndpointFailed",
    "EndpointSlow",
    "WriterError",
    "WriterUnavailable",
]


class BadEndpoint(BadInput):
    """A URL that cannot be that of a chat-completions endpoint."""


class WriterUnavailable(BadInput):
    """The library that speaks to the endpoint is not installed."""


class WriterError(ApiError):
    """Base of what can go wrong while the model is asked."""


class EndpointFailed(WriterError):
    """The endpoint could not be reached, or answered with another status than 200."""


class EndpointSlow(WriterError):
    """The whole answer did not come within the time allowed."""


class AnswerUnusable(WriterError):
    """The endpoint answered with something that cannot be read as sentences."""
