"""Two wordings: rebuilt from their changes, compared with changes marked by hand, and the scale of duty."""

import json
from difflib import SequenceMatcher
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.types import Span
from models.segmenter import Segmenter
from search.wording import compare as wording
from search.wording.compare import ChangeKind, Shift, Strength, compare, obligation_of, strength_of
from tests.clock import is_within, least
from tests.search_library import SHARED

SEGMENTER = Segmenter()
WORDINGS = st.lists(
    st.sampled_from(
        [
            "应",
            "应考虑",
            "鼓励",
            "締約國",
            "缔约国",
            "，",
            "。",
            "\n",
            "数据",
            "公布",
            "ＷＧ．４",
            "wg.4",
            "ß",
            "2019",
            "的",
            "\t",
        ]
    )
    | st.text(max_size=3)
).map("".join)


@given(WORDINGS, WORDINGS, st.booleans())
def test_kept_and_dropped_rebuild_the_old_text_kept_and_added_the_new(
    old: str, new: str, words: bool
) -> None:
    changes = compare(old, new, SEGMENTER if words else None).changes
    before = [c for c in changes if c.kind is not ChangeKind.ADDED]
    after = [c for c in changes if c.kind is not ChangeKind.DROPPED]
    assert "".join(old[c.old.start : c.old.end] for c in before) == old
    assert "".join(new[c.new.start : c.new.end] for c in after) == new
    assert all(c.old.start == c.old.end for c in changes if c.kind is ChangeKind.ADDED)
    assert all(c.new.start == c.new.end for c in changes if c.kind is ChangeKind.DROPPED)
    assert all(c.old.start < c.old.end or c.new.start < c.new.end for c in changes)


@given(WORDINGS)
def test_a_text_beside_itself_is_kept_whole(text: str) -> None:
    comparison = compare(text, text, SEGMENTER)
    assert {change.kind for change in comparison.changes} <= {ChangeKind.KEPT}
    assert comparison.shift in (Shift.SAME, None)


@given(WORDINGS, WORDINGS)
def test_softened_one_way_is_strengthened_the_other(old: str, new: str) -> None:
    opposite = {Shift.SOFTENED: Shift.STRENGTHENED, Shift.STRENGTHENED: Shift.SOFTENED}
    there, back = compare(old, new).shift, compare(new, old).shift
    assert back == (None if there is None else opposite.get(there, there))


MARKED = [
    # The old text with [dropped], the new text with {added}; white space, width and script are no change.
    ("缔约国应公布数据。", "缔约国应{考虑}公布数据。"),
    ("缔约国[应]公布[年度]数据。", "缔约国{似宜}公布数据。"),
    ("[促请缔约国]公布数据。", "{鼓励缔约方}公布数据。"),
    ("締約國應公布數據", "缔约国应公布数据"),
    ("根据WG.4的报告", "根据ＷＧ．４的\n报告"),
    ("在[2019]年的报告中", "在{2022}年的报告中"),
    ("[甲乙丙丁]", "{戊己庚辛}"),
    ("", "{鼓励}"),
    ("[鼓励]", ""),
]


def unmarked(text: str) -> str:
    return text.translate(dict.fromkeys(map(ord, "[]{}")))


def marked(old: str, new: str) -> tuple[str, str]:
    """Both texts with marks; a change of white space, width and script alone has none."""
    before = after = ""
    for change in compare(old, new, SEGMENTER).changes:
        was, now = old[change.old.start : change.old.end], new[change.new.start : change.new.end]
        before += f"[{was}]" if change.kind is ChangeKind.DROPPED else was
        after += f"{{{now}}}" if change.kind is ChangeKind.ADDED else now
    return before, after


@pytest.mark.parametrize(("old", "new"), MARKED)
def test_changes_are_those_that_a_reader_marks(old: str, new: str) -> None:
    assert marked(unmarked(old), unmarked(new)) == (old, new)


def test_one_character_between_two_changes_is_not_called_kept() -> None:
    kinds = [change.kind for change in compare("甲乙的丙丁", "戊己的庚辛").changes]
    assert kinds == [ChangeKind.DROPPED, ChangeKind.ADDED]


def test_long_texts_keep_their_equal_ends_and_cost_no_quadratic_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def texts(size: int) -> tuple[str, str]:
        return "甲" * 3 * size + "乙" * 3 * size + "丙丁", "甲" * 2 * size + "戊" * 3 * size + "丙丁"

    first, *_, last = compare(*texts(10_000)).changes
    quarter = least(lambda: compare(*texts(2_500)))
    assert is_within(9 * quarter, lambda: compare(*texts(10_000)))
    assert (first.old, last.new) == (Span(0, 20_000), Span(50_000, 50_002))
    assert {first.kind, last.kind} == {ChangeKind.KEPT}
    monkeypatch.setattr(wording, "LONGEST", 0)  # and the ends are those of a comparison without bound
    assert marked("应公布数据", "应考虑公布数据") == ("应公布数据", "应{考虑}公布数据")


def test_what_is_kept_is_what_difflib_keeps_character_by_character() -> None:
    old, new = "缔约国应考虑制定国家行动计划和法律框架", "缔约国应制定并定期审查国家行动计划"
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    kept = [c for c in compare(old, new).changes if c.kind is ChangeKind.KEPT]
    assert [(c.old.start, c.new.start, c.old.end - c.old.start) for c in kept] == [
        tuple(b) for b in blocks if b.size > 1
    ]


# What a reader underlines stands between 〔〕.
VERBS = [
    ("缔约国〔应〕采取措施", "shall"),
    ("缔约方〔应当〕：(a) 公布；", "shall"),
    ("各国〔必须〕合作", "shall"),
    ("缔约方〔不应〕仅仅因为没有许可证而处以罚款", "shall"),
    ("締約國〔應〕鼓勵企業", "shall"),
    ("缔约国〔应〕对受害人采取对创伤知情的方法", "shall"),
    ("缔约国〔应考虑到〕国际法律义务", "shall"),
    ("〔应〕在设计阶段考虑到其他因素", "shall"),
    ("缔约国〔应邀请〕民间社会参加", "shall"),
    ("缔约国〔应酌情〕公布", "shall_qualified"),
    ("缔约国〔应尽可能〕将意见纳入", "shall_qualified"),
    ("缔约国〔应努力〕提供培训", "shall_qualified"),
    ("缔约国〔应考虑〕制定工具包", "shall_consider"),
    ("缔约国〔應考慮〕制定工具包", "shall_consider"),
    ("缔约国〔应酌情考虑〕建立机制", "shall_consider"),
    ("缔约国〔应根据本国法律的基本原则，考虑〕采取步骤", "shall_consider"),
    ("〔促请〕缔约国指定联络人", "urge"),
    ("〔敦促〕各国批准", "urge"),
    ("〔吁请〕捐助方提供资金", "call_upon"),
    ("〔呼吁〕各国批准", "call_upon"),
    ("〔请〕秘书处编写指南", "request"),
    ("在题为“应加强监测”的决议中〔请〕秘书处研究", "request"),
    ("〔鼓励〕缔约国考虑公布", "encourage"),
    ("〔邀请〕会员国参加", "invite"),
    ("缔约方〔似宜〕优先选用", "may_wish"),
    ("各国〔不妨〕交流经验", "may_wish"),
    ("〔可鼓励〕缔约国考虑", "may"),
    ("缔约方〔可以〕从第一级开始", "may"),
    ("各国反应不一", None),
    ("相应地加强应对和供应能力", None),
    ("加强缔约国应对能力", None),
    ("秘书处还应请求向八个国家提供了援助", None),
    ("申请提请注意的可持续发展可能无须尽可能许可", None),
    ("根据题为“应鼓励监测”的决议和《应急请求》", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "strength"), VERBS)
def test_the_verb_that_obliges_is_found_at_its_place(text: str, strength: str | None) -> None:
    plain = text.replace("〔", "").replace("〕", "")
    found = obligation_of(plain)
    assert strength_of(plain) == strength
    if found is None:
        assert strength is None
        return
    assert plain[found.span.start : found.span.end] == found.verb
    assert plain[: found.span.start] + "〔" + found.verb + "〕" + plain[found.span.end :] == text


def test_the_scale_is_the_order_of_its_members() -> None:
    scale = ["应", "应酌情", "应考虑", "促请", "吁请", "请", "鼓励", "邀请", "似宜", "可考虑"]
    assert [Strength(strength_of(verb) or "").rank for verb in scale] == list(range(10))
    for stronger, weaker in pairwise(scale):
        assert compare(stronger, weaker).shift is Shift.SOFTENED
    assert compare("敦促", "促请").shift is Shift.SAME
    assert compare("应", "数据").shift is None


def test_every_recommendation_of_the_seeds_has_a_verb() -> None:
    if not (SHARED / "eval" / "units.jsonl").exists():
        pytest.skip("the seed documents are not here")
    lines = (SHARED / "eval" / "units.jsonl").read_text("utf-8").splitlines()
    found = {
        (unit["document"][:3], unit["number"]): strength_of(unit["text"])
        for unit in map(json.loads, lines)
        if unit["kind"] == "recommendation"
    }
    assert len(found) == 53
    assert None not in found.values()
    # Read and marked by a person.
    assert found[("003", 17)] is Strength.SHALL
    assert found[("003", 27)] is Strength.SHALL_CONSIDER
    assert found[("003", 39)] is Strength.MAY
    assert found[("000", 2)] is Strength.SHALL
    assert found[("000", 6)] is Strength.MAY_WISH
    assert found[("000", 14)] is Strength.URGE
