"""Which segments are merged: few enough to be asked in turn, each written again only now and then.

Segments of like size make a tier; each tier holds eight times as many units as the one below. A tier of
eight segments is merged into one of the tier above, as Lucene's and tantivy's policies do, so that a unit is
written again as often as the logarithm of the collection.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from indexer.disk.manifest import SegmentInfo

__all__ = ["to_merge"]

WIDTH = 8  # segments of a tier that are merged
SMALLEST = 2_048  # units below which segments are of one tier
MOST_DELETED = 0.3  # of a segment's units; above, it is written without them
MOST_UNITS = 4_000_000  # of a segment: a merger holds it in memory


@dataclass(frozen=True, slots=True)
class _Group:
    """Segments that will be one."""

    members: tuple[int, ...]
    units: int  # that are not deleted

    @property
    def tier(self) -> int:
        """0 below SMALLEST units, one more for each factor of WIDTH."""
        return 0 if self.units < SMALLEST else (self.units // SMALLEST).bit_length() // 3 + 1


def to_merge(
    infos: Sequence[SegmentInfo],
    live: Sequence[int],
    fresh: Collection[int],
    exact: int,
    *,
    optimize: bool = False,
) -> list[tuple[tuple[int, ...], bool]]:
    """Groups of segments, by place, that are to be one; and whether one that stands alone is written anew.

    `live` are the units of each that are not deleted; `fresh` the segments of this run, which become one;
    small ones are merged once they have more than `exact` units together, above which no segment is compared
    vector by vector. A segment without a unit is dropped.
    Example: eight segments of 50 units give `[((0, 1, 2, 3, 4, 5, 6, 7), False)]`
    """
    held = [at for at, info in enumerate(infos) if info.documents > len(info.deleted)]
    groups = [_Group((at,), live[at]) for at in held]
    if optimize:
        groups = _joined(groups, groups)
    else:
        groups = _joined(groups, [group for group in groups if group.members[0] in fresh])
        groups = _by_tier(groups)
        small = [group for group in groups if group.units <= exact]
        if sum(group.units for group in small) > exact:
            groups = _joined(groups, small)
    least = 0.0 if optimize else MOST_DELETED
    return [(group.members, _is_worn(group, infos, live, least)) for group in groups]


def _is_worn(group: _Group, infos: Sequence[SegmentInfo], live: Sequence[int], least: float) -> bool:
    """Whether more of a segment is deleted than is worth carrying on."""
    (at, *others) = group.members
    gone = infos[at].units - live[at]
    return not others and bool(infos[at].deleted) and gone >= least * infos[at].units


def _by_tier(groups: list[_Group]) -> list[_Group]:
    tier = 0
    while tier <= max((group.tier for group in groups), default=-1):
        alike = [group for group in groups if group.tier == tier]
        if len(alike) >= WIDTH:
            groups = _joined(groups, alike)
        tier += 1
    return groups


def _joined(groups: list[_Group], chosen: Sequence[_Group]) -> list[_Group]:
    """The groups, those chosen as one; a merged segment stays under MOST_UNITS."""
    rest = [group for group in groups if group not in chosen]
    joined: list[_Group] = []
    for group in sorted(chosen, key=lambda group: group.units):
        if joined and joined[-1].units + group.units <= MOST_UNITS:
            last = joined.pop()
            group = _Group((*last.members, *group.members), last.units + group.units)
        joined.append(group)
    return rest + joined
