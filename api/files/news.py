"""What is new for some queries, as Markdown or as the text of an e-mail."""

from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING

from api.files.feed import RELATIONS

if TYPE_CHECKING:
    from search.shapes.news import NewDocument, NewsAnswer, NewUnit

__all__ = ["count_news", "news_as_mail", "news_as_markdown"]


def count_news(answers: "Sequence[NewsAnswer]") -> int:
    """How many units and documents are told."""
    return sum(len(answer["units"]) + len(answer["documents"]) for answer in answers)


def news_as_markdown(answers: "Sequence[NewsAnswer]") -> str:
    """A heading for each query that has news, then its units as quotations with their citations."""
    return "\n".join(_lines(answers)) + "\n"


def news_as_mail(answers: "Sequence[NewsAnswer]") -> str:
    """A message (RFC 5322) with that Markdown as text; sender and receiver are left to the mailer.

    Example: `yinzheng watch queries.txt --format eml | sendmail someone@docs.example`
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = f"引证：新收入 {count_news(answers)} 条"
    message.set_content(news_as_markdown(answers))
    return message.as_string()


def _lines(answers: "Sequence[NewsAnswer]") -> Iterator[str]:
    told = [answer for answer in answers if answer["units"] or answer["documents"]]
    for answer in told:
        since = f"（自 {answer['since']} 起）" if answer["since"] else ""
        yield f"# {_one_line(answer['query'])}{since}"
        for unit in answer["units"]:
            yield from _unit(unit)
        for document in answer["documents"]:
            yield from _document(document)
        yield ""
    yield "由引证按索引内容自动列出；非官方。" if told else "没有新内容。"


def _unit(unit: "NewUnit") -> Iterator[str]:
    yield ""
    yield f"**{unit['citation']}** {unit['came'] or ''}".rstrip()
    yield ""
    yield from (f"> {line}" for line in unit["text"].splitlines())


def _document(document: "NewDocument") -> Iterator[str]:
    yield ""
    told = RELATIONS[document["relation"]].format(of=document["of_title"] or document["of"])
    yield f"- 《{_one_line(document['title'] or document['document'])}》{told}（{document['came']}）"


def _one_line(text: str) -> str:
    return " ".join(text.split())
