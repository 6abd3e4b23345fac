"""True sentences made false in known ways: what the checks of the writer are measured with."""

import re
from collections.abc import Iterator
from itertools import permutations

__all__ = ["falsehoods"]

COUNTRIES = (
    "三河联邦",
    "北岸共和国",
    "林泽国",
    "沙屿国",
    "西汀国",
    "东陵公国",
    "南湾国",
    "云麓王国",
    "白沙群岛",
)
NUMBER = re.compile(r"(?<![0-9/.])[0-9]+(?:,[0-9]{3})*(?![0-9/.])")
CHINESE = re.compile("[二三四五六七八九十]+|两")

# Kind, what is replaced, what by; every replacement makes a true sentence of the samples false.
SWAPS: dict[str, tuple[tuple[str, str], ...]] = {
    "organ": (("秘书处", "大会"), ("秘书处", "安全理事会"), ("工作组", "缔约方会议"), ("缔约方会议", "人权理事会")),
    "symbol": (("第4/1号决议", "第4/2号决议"), ("第5/2号决议", "第5/6号决议"), ("第5/2号", "第2/5号"), ("第10条", "第11条")),
    "title": (("《河流公约》", "《海洋公约》"), ("《公约》", "《议定书》"), ("河流公约", "有组织犯罪公约")),
    "quotation": (("退一个瓶子", "退两个瓶子"), ("清流行动", "清水行动"), ("“退一个瓶子”", "“退一个罐子”")),
    "stronger": (
        ("应考虑", "应"),
        ("应考虑", "必须"),
        ("鼓励缔约方", "缔约方应"),
        ("鼓励", "促请"),
        ("似宜", "应"),
        ("似宜", "必须"),
        ("可请求", "应请求"),
        ("文件建议", "文件要求"),
        ("文件建议", "文件规定"),
        ("建议", "决定"),
        ("提议", "决定"),
        ("请秘书处", "责成秘书处"),
        ("请秘书处", "秘书处必须"),
        ("可以", "必须"),
    ),
    "duty left out": (("应考虑", ""), ("应", ""), ("似宜", ""), ("应当", "")),
    "negated": (
        ("应", "不应"),
        ("必须", "不必"),
        ("应当", "不应当"),
        ("鼓励", "不鼓励"),
        ("使用", "不使用"),
        ("参加", "未参加"),
        ("有", "没有"),
        ("进行", "不进行"),
        ("造成", "不造成"),
    ),
    "denial left out": (("不应", "应"), ("不得", "得"), ("不得", "可"), ("没有", "有"), ("不愿", "愿"), ("不是", "是"), ("缺乏", "")),
    "antonym": (
        ("上升到", "下降到"),
        ("增加到", "减少到"),
        ("增加", "减少"),
        ("减少", "增加"),
        ("下降", "上升"),
        ("提高", "降低"),
        ("缩小", "扩大"),
        ("自愿", "强制"),
        ("免费", "收费"),
        ("之前", "之后"),
        ("之后", "之前"),
        ("统一", "不同"),
        ("过低", "过高"),
        ("上游", "下游"),
        ("公众", "官员"),
    ),
    "quantity": (
        ("至少", "至多"),
        ("近三分之二", "全部"),
        ("大部分", "全部"),
        ("一位", "所有"),
        ("几位", "所有"),
        ("一些国家", "所有国家"),
        ("以内", "以上"),
        ("以上", "以下"),
        ("主要取决于", "完全取决于"),
        ("每季度", "每年"),
        ("各预警系统", "个别预警系统"),
        ("少数", "多数"),
    ),
    "limit left out": (
        ("至少", ""),
        ("近三分之二", "三分之二"),
        ("大约", ""),
        ("约四万", "四万"),
        ("，除非缔约方另有约定", ""),
        ("在具备预算外资源的情况下，", ""),
        ("尚未开展监测的", ""),
        ("仅仅", ""),
        ("主要", ""),
        ("目前", "始终"),
        ("平均", "至少"),
        ("可能", ""),
        ("如果", ""),
        ("优先", ""),
    ),
    "speaker": (
        ("洛女士说", "桑女士说"),
        ("魏先生", "杭先生"),
        ("桑女士", "洛女士"),
        ("一位发言者认为，", ""),
        ("一位发言者提议", "工作组决定"),
        ("一位发言者警告说，", ""),
        ("几位发言者指出，", ""),
        ("一位观察员", "秘书处"),
        ("她说", "主席说"),
        ("文件建议", ""),
        ("文件认为", "大会认为"),
    ),
    "exchanged roles": (("上游国", "下游国"), ("三河联邦和", "三河联邦对"), ("使消费者", "使生产者")),
    "addition": (),
    "cause": (("，", "，因此"), ("，并", "，从而"), ("，", "，尽管")),
}  # fmt: skip
ADDED = (
    "，并由联合国提供资金",
    "，各国对此一致表示支持",
    "，这一做法已获大会核可",
    "，违者处以罚款",
    "，但效果不明显",
)


def falsehoods(text: str) -> Iterator[tuple[str, str]]:
    """Pairs of kind and false sentence; each once."""
    seen = {text}
    for kind, false in _all(text):
        if false not in seen:
            seen.add(false)
            yield kind, false


def _all(text: str) -> Iterator[tuple[str, str]]:
    for found in NUMBER.finditer(text):
        bare = found[0].replace(",", "")
        kind = "year" if re.fullmatch("20[0-9]{2}", bare) else "figure"
        for other in (bare[::-1], str(int(bare) + 1), str(int(bare) * 10)):
            if int(other) != int(bare):
                yield kind, text[: found.start()] + other.lstrip("0") + text[found.end() :]
    for found in CHINESE.finditer(text):
        if not text.startswith("三河联邦", found.start()):
            yield (
                "Chinese numeral",
                text[: found.start()] + ("七" if found[0] != "七" else "四") + text[found.end() :],
            )
    yield from (("exchanged figures", false) for false in _exchanged(text, list(NUMBER.finditer(text))))
    for name in (name for name in COUNTRIES if name in text):
        for other in ("日本", *(o for o in COUNTRIES if o not in text)):
            yield "country", text.replace(name, other, 1)
    for kind, swaps in SWAPS.items():
        for true, other in swaps:
            at = -1
            while (at := text.find(true, at + 1)) >= 0:
                yield kind, text[:at] + other + text[at + len(true) :]
    for first, second in permutations(("上游国", "下游国"), 2):
        if first in text and second in text:
            yield "exchanged roles", text.replace(first, "\0").replace(second, first).replace("\0", second)
    yield from (("addition", text.rstrip("。") + added + "。") for added in ADDED)


def _exchanged(text: str, found: list[re.Match[str]]) -> Iterator[str]:
    for first, second in ((a, b) for at, a in enumerate(found) for b in found[at + 1 :] if a[0] != b[0]):
        yield (
            text[: first.start()]
            + second[0]
            + text[first.end() : second.start()]
            + first[0]
            + text[second.end() :]
        )
