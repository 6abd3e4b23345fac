"""Messages as they are said: the help of commands, and errors."""

from typing import Any

from api.messages.language import Language

__all__ = ["in_words", "localise", "said"]


def in_words(error: Exception, language: Language) -> str:
    """An error in a language.

    Example: `in_words(EmptyQuery("…"), Language.ENGLISH)` is its message
    """
    if language is Language.ENGLISH:
        return str(error)
    from api.messages.catalogue import error_in_chinese

    return error_in_chinese(error)


def said(text: str, language: Language) -> str:
    """A text of the program in a language."""
    if language is Language.ENGLISH:
        return text
    from api.messages.catalogue import translated

    return translated(text)


def localise(command: Any, language: Language) -> Any:
    """The same command, with its help and that of its options and sub-commands in a language."""
    if language is Language.ENGLISH:
        return command
    if command.help:
        command.help = said(command.help, language)
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = said(parameter.help, language)
    for below in getattr(command, "commands", {}).values():
        localise(below, language)
    return command
