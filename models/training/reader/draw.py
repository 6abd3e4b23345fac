"""Draws what a step sees: questions, look-alikes, other years, neighbouring windows, pairs of passages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from models.reading.layout import Layout
from models.reading.windows import sentences
from models.training.reader.examples import Example, answered, judged, refused
from models.training.reader.negatives import Lookalikes
from models.training.reader.sources import Item, Pair, Passage, held_out

__all__ = ["Drawer", "Shares"]

LOOKALIKES = 8
YEAR = re.compile(r"(?<!\d)(19[5-9]\d|20[0-4]\d)(?!\d)")
NOTHING = ("", "")
BODIES = (
    "经济及社会理事会", "人权理事会", "可持续发展高级别政治论坛", "法律工作组", "统计委员会",
    "人口与发展委员会", "科学和技术促进发展委员会", "森林论坛", "社会发展委员会", "麻醉药品委员会",
    "国际贸易法委员会第三工作组", "缔约国会议", "缔约方会议", "技术援助工作组", "国际合作工作组",
    "实施情况审议组", "海洋事务非正式协商进程", "裁军谈判会议", "方案和协调委员会", "政府专家工作组",
    "特别委员会", "妇女地位委员会", "预算委员会",
)  # fmt: skip
PAPERS = ("会议报告", "秘书处的说明", "秘书长的报告", "背景文件", "会议纪要", "工作报告", "专题汇编")
HEADINGS = (
    "一般性讨论",
    "导言",
    "结论和建议",
    "通过报告",
    "会议的组织安排",
    "国家立法",
    "国际合作",
    "背景",
    "",
)


@dataclass(frozen=True)
class Shares:
    """Of a step's windows, how many are of what; the rest are questions of CMRC and DRCD."""

    own: float = 0.5
    pairs: float = 0.1


class Drawer:
    """Draws examples; a generator given twice draws the same ones."""

    def __init__(
        self, qa: list[Item], own: list[Item], pairs: list[Pair], layout: Layout, shares: Shares
    ) -> None:
        """Leave out the fifth that is held out, and find the look-alikes' index."""
        self.qa = qa
        self.own = [item for item in own if not held_out(item.passage.key)]
        pairs = [pair for pair in pairs if not held_out(pair.key)]
        self.pairs = [[pair for pair in pairs if pair.grade == grade] for grade in (0, 1, 2)]
        self.layout, self.shares = layout, shares
        self._qa_passages, self._qa_alike = _index(qa)
        self._own_passages, self._own_alike = _index(self.own)

    def draw(self, random: Random) -> Example:
        """One example."""
        while True:
            place = random.random()
            if place < self.shares.pairs and any(self.pairs):
                example: Example | None = self._pair(random)
            elif place < self.shares.pairs + self.shares.own and self.own:
                example = self._own(random)
            else:
                example = self._qa(random)
            if example is not None:
                return example

    def _pair(self, random: Random) -> Example:
        """Grades as often as not: the same matter is rare in the files. Either passage may stand first."""
        grade = random.choices((0, 1, 2), (0.4, 0.3, 0.3))[0]
        pair = random.choice(self.pairs[grade] or [one for grade in self.pairs for one in grade])
        if random.random() < 0.5:
            pair = replace(pair, source=pair.candidate, candidate=pair.source)
        return judged(pair, self.layout)

    def _qa(self, random: Random) -> Example | None:
        item = random.choice(self.qa)
        context = item.passage.context if random.random() < 0.4 else ""
        if random.random() < 0.62:
            return answered(item, context, self.layout, random)
        return self._elsewhere(item, self._qa_passages, self._qa_alike, random)

    def _own(self, random: Random) -> Example | None:
        item = random.choice(self.own)
        passage = item.passage
        context = passage.context if random.random() < 0.5 else ""
        if item.kind == "none":
            return refused(item.query, context, passage.text, self.layout, random, 0.5, f"none {item.trap}")
        place = random.random()
        if place < 0.64:
            return answered(item, context, self.layout, random)
        if place < 0.76:
            return self._elsewhere(item, self._own_passages, self._own_alike, random)
        if place < 0.84:
            return self._neighbour(item, context, random)
        if place < 0.9:
            return self._other_year(item, context, random)
        return self._other_document(item, random)

    def _elsewhere(
        self, item: Item, passages: list[Passage], alike: Lookalikes, random: Random
    ) -> Example | None:
        """A passage of another document that looks alike and does not hold the answer's words."""
        document = item.passage.key.split("#")[0]
        found = [passages[number] for number in alike.best(item.query, LOOKALIKES)]
        found = [
            one for one in found
            if one.key.split("#")[0] != document
            and (item.kind == "open" or not any(answer in one.text for answer in item.answers))
        ]  # fmt: skip
        if not found:
            return None
        other = random.choice(found)
        context = other.context if random.random() < 0.5 else ""
        return refused(item.query, context, other.text, self.layout, random, 0.0, "elsewhere")

    def _neighbour(self, item: Item, context: str, random: Random) -> Example | None:
        """Sentences of the same passage, those that answer left out."""
        text = item.passage.text
        left = [
            text[a:b] for a, b in sentences(text)
            if not any(answer in text[a:b] or text[a:b].strip("。；\n ") in answer for answer in item.answers)
        ]  # fmt: skip
        rest = "".join(left)
        if len(left) < 2 or (item.kind != "open" and any(answer in rest for answer in item.answers)):
            return None
        if item.kind == "open" and random.random() < 0.5:
            return None  # another sentence may bear on it
        return refused(item.query, context, rest, self.layout, random, 0.4, "neighbour")

    def _other_year(self, item: Item, context: str, random: Random) -> Example | None:
        """The question asks about a year that the passage does not tell of."""
        years = YEAR.findall(item.query)
        if not years or not all(year in item.passage.text or year in context for year in years):
            return None
        known = set(YEAR.findall(item.passage.text + context))
        other = str(int(random.choice(years)) + random.choice((-3, -2, -1, 1, 2, 3)))
        if other in known:
            return None
        query = item.query.replace(random.choice(years), other)
        return refused(query, context, item.passage.text, self.layout, random, 0.5, "other year")

    def _other_document(self, item: Item, random: Random) -> Example | None:
        """The question names a paper; the context says whether the passage stands in it or in another."""
        body, paper = random.choice(BODIES), random.choice(PAPERS)
        year = random.randint(2005, 2031)
        named = random.choice(
            (f"{year}年{body}的{paper}里，", f"{body}{year}年{paper}：", f"在{body}{year}年{paper}中，")
        )
        if random.random() < 0.5:
            context = f"{body}{year}年{paper}；{random.choice(HEADINGS)}"
            return answered(replace(item, query=named + item.query), context, self.layout, random)
        if random.random() < 0.6:
            year += random.choice((-4, -3, -2, -1, 1, 2, 3, 4))
        else:
            body = random.choice([other for other in BODIES if other != body])
        context = f"{body}{year}年{paper}；{random.choice(HEADINGS)}"
        return refused(
            named + item.query, context, item.passage.text, self.layout, random, 0.5, "other document"
        )


def _index(items: Sequence[Item]) -> tuple[list[Passage], Lookalikes]:
    passages = list({item.passage.key: item.passage for item in items}.values())
    return passages, Lookalikes([passage.text for passage in passages])
