"""Messages in the language of the reader: chosen by --lang, then by the locale; every error has a Chinese form."""

import inspect
from importlib import import_module
from pathlib import Path

import pytest
import typer.main

from api.messages.catalogue import _errors, error_in_chinese, translated
from api.messages.language import Language, chosen, without_choice
from search.errors import EmptyQuery
from tests.api_support import yinzheng

FOLDERS = ("corpus", "models", "indexer", "search", "api", "api.writer")


def error_classes() -> list[str]:
    modules = [import_module(f"{folder}.errors") for folder in FOLDERS]
    return sorted(
        name
        for module in modules
        for name, kind in vars(module).items()
        if inspect.isclass(kind) and issubclass(kind, Exception) and kind.__module__ == module.__name__
    )


@pytest.mark.parametrize(
    ("words", "variables", "language"),
    [
        ([], {}, "en"),
        ([], {"LANG": "C"}, "en"),
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ([], {"LANG": "C", "LC_MESSAGES": "zh_TW"}, "zh"),
        (["search", "x", "--lang", "zh"], {"LANG": "C"}, "zh"),
        (["--lang=en", "search"], {"LANG": "zh_CN"}, "en"),
        (["search", "--", "--lang", "zh"], {}, "en"),
    ],
)
def test_the_language_is_chosen(words: list[str], variables: dict[str, str], language: str) -> None:
    assert chosen(words, variables) is Language(language)


def test_the_choice_is_taken_out_of_the_words() -> None:
    assert without_choice(["--lang", "zh", "search", "押金", "--lang=en"]) == ["search", "押金"]
    assert without_choice(["search", "--", "--lang", "zh"]) == ["search", "--", "--lang", "zh"]
    assert without_choice(["search", "--lang", "fr"]) == ["search", "--lang", "fr"]


def test_every_error_has_a_chinese_form() -> None:
    assert set(_errors()) == set(error_classes())
    assert error_in_chinese(EmptyQuery("no word")) == "没有可供检索的内容。请至少写一个词。（详情：no word）"


def test_every_help_has_a_chinese_form() -> None:
    from api.cli import app

    def helps(command: object) -> list[str]:
        own = [getattr(command, "help", None), *(getattr(one, "help", None) for one in command.params)]  # type: ignore[attr-defined]  # of click
        below = getattr(command, "commands", {}).values()
        return [text for text in own if text] + [text for one in below for text in helps(one)]

    texts = set(helps(typer.main.get_command(app)))
    assert len(texts) > 50
    assert [text for text in sorted(texts) if translated(text) == text] == []


def test_what_was_found_stands_in_the_translation() -> None:
    assert translated("the index has 3.1 MB, 812 MB are free") == "索引 3.1 MB，可用 812 MB"
    assert translated("no unit of the index cites 'x'") == "索引中没有单元引用 'x'"
    assert translated("something else") == "something else"


def test_help_errors_and_notes_follow_the_locale_and_the_option(samples_index: Path, tmp_path: Path) -> None:
    assert "检索段落和建议" in yinzheng("search", "--help", LC_ALL="zh_CN.UTF-8").stdout
    assert "Find paragraphs" in yinzheng("search", "--help", LC_ALL="C").stdout
    assert "Find paragraphs" in yinzheng("search", "--help", "--lang", "en", LC_ALL="zh_CN.UTF-8").stdout
    missing = yinzheng("search", "押金", "--index", tmp_path, "--lang", "zh")
    assert missing.returncode == 3
    assert missing.stderr.startswith("yinzheng: 该目录中没有索引。")
    assert "holds no index" in missing.stderr  # the particulars
    assert (
        "没有单元引用"
        in yinzheng("cited-by", "A/1/2", "--index", samples_index, LANG="zh_CN", LC_ALL="").stderr
    )
    assert yinzheng("search", "押金", "--lang", "fr").returncode == 2


def test_the_doctor_speaks_chinese(samples_index: Path) -> None:
    done = yinzheng("doctor", "--index", samples_index, "--lang", "zh", YINZHENG_PORT="0")
    assert done.returncode == 0
    for line in ("正常", "打开文件", "天", "小时之前", "行数相符"):
        assert line in done.stdout
    for word in ("expected", "remedy", "ok ", "checksums", "free"):
        assert word not in done.stdout
