"""Jieba's model for words that no dictionary has: Viterbi decoding of characters as B, M, E, S.

B begins a word, M is inside one, E ends one, S is a word by itself. The tables are those of the
installed jieba; rjieba's copy is rounded to six decimals, which now and then decides otherwise
(常在吃: jieba has 常 在 吃, rjieba 常在 吃; twice in 3.5 million tokens).
"""

from __future__ import annotations

from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

__all__ = ["HiddenMarkovModel"]

# jieba/finalseg/__init__.py: log probability of what was never seen.
_NEVER = -3.14e100
# How the state of a character was reached, a bit for each state: set where from the later of the two letters.
_B_FROM_S, _M_FROM_M, _E_FROM_M, _S_FROM_S = 1, 2, 4, 8
_BEFORE = {
    state: [later if ways & bit else earlier for ways in range(16)]
    for state, bit, earlier, later in (
        ("B", _B_FROM_S, "E", "S"),
        ("M", _M_FROM_M, "B", "M"),
        ("E", _E_FROM_M, "B", "M"),
        ("S", _S_FROM_S, "E", "S"),
    )
}
"""The state before a state, by how the states of its character were reached."""

_Table = dict[str, float]


class HiddenMarkovModel:
    """Cuts a run of characters, each of which the dictionary left alone.

    Example: `HiddenMarkovModel().cut("王小虎") == ["王小虎"]`
    """

    def __init__(self) -> None:
        """Read jieba's tables (0.01 CPU seconds) without importing jieba itself."""
        start: _Table = _table("prob_start")
        trans: dict[str, _Table] = _table("prob_trans")
        emit: dict[str, _Table] = _table("prob_emit")
        self._start = start["B"], start["M"], start["E"], start["S"]
        self._emit = emit["B"], emit["M"], emit["E"], emit["S"]
        # From state to state; all other transitions are impossible.
        steps = ("EB", "SB", "MM", "BM", "BE", "ME", "SS", "ES")
        self._trans = tuple(trans[step[0]][step[1]] for step in steps)

    def cut(self, text: str) -> list[str]:
        """Words of `text` in order, as jieba's finalseg cuts Han characters."""
        words: list[str] = []
        begin = 0
        for at, state in enumerate(self._decode(text)):
            if state in "ES":
                words.append(text[begin : at + 1])
                begin = at + 1
        return words

    def _decode(self, text: str) -> str:
        """The likeliest states. Sums are taken in jieba's order, and ties go to the later letter as there.

        Of each character one byte is kept: from which of two states each of the four was reached.
        """
        emit_b, emit_m, emit_e, emit_s = self._emit
        eb, sb, mm, bm, be, me, ss, es = self._trans
        first = text[0]
        b, m, e, s = (
            start + emit.get(first, _NEVER) for start, emit in zip(self._start, self._emit, strict=True)
        )
        reached = bytearray()
        for character in text[1:]:
            to_b, to_m = emit_b.get(character, _NEVER), emit_m.get(character, _NEVER)
            to_e, to_s = emit_e.get(character, _NEVER), emit_s.get(character, _NEVER)
            from_e, from_s = e + eb + to_b, s + sb + to_b
            next_b, ways = (from_e, 0) if from_e > from_s else (from_s, _B_FROM_S)
            from_b, from_m = b + bm + to_m, m + mm + to_m
            next_m, way_m = (from_b, 0) if from_b > from_m else (from_m, _M_FROM_M)
            from_b, from_m = b + be + to_e, m + me + to_e
            next_e, way_e = (from_b, 0) if from_b > from_m else (from_m, _E_FROM_M)
            from_e, from_s = e + es + to_s, s + ss + to_s
            s, way_s = (from_e, 0) if from_e > from_s else (from_s, _S_FROM_S)
            b, m, e = next_b, next_m, next_e
            reached.append(ways | way_m | way_e | way_s)
        states = ["E" if e > s else "S"]
        for ways in reversed(reached):
            states.append(_BEFORE[states[-1]][ways])
        return "".join(reversed(states))


def _table(name: str) -> Any:
    """A table of jieba/finalseg, loaded by path: importing jieba costs ten times as much."""
    package = find_spec("jieba")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("jieba is not installed; run: pip install jieba", name="jieba")
    path = Path(package.submodule_search_locations[0]) / "finalseg" / f"{name}.py"
    spec = spec_from_file_location(f"jieba.finalseg.{name}", path)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"{path} cannot be loaded; install jieba again", name="jieba")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.P
