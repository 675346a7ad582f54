from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from catalog.shaping.kind import Said


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A line of two versions laid side by side: `how` is same, gone or new."""

    how: str
    text: str
    depth: int


def difference(*, before: Sequence[Said], after: Sequence[Said]) -> list[Changed]:
    """What the later version says otherwise, line by line, within what both say."""
    return list(_lines(before, after))


def _lines(before: Sequence[Said], after: Sequence[Said]) -> Iterator[Changed]:
    matcher = SequenceMatcher(a=list(before), b=list(after), autojunk=False)
    for tag, begin, end, there, until in matcher.get_opcodes():
        if tag == "equal":
            yield from _as("same", before[begin:end])
            continue
        if end - begin == until - there:
            for number in range(end - begin):
                yield from _as("gone", before[begin + number : begin + number + 1])
                yield from _as("new", after[there + number : there + number + 1])
            continue
        yield from _as("gone", before[begin:end])
        yield from _as("new", after[there:until])


def _as(how: str, lines: Sequence[Said]) -> Iterator[Changed]:
    return (Changed(how=how, text=line.text, depth=line.depth) for line in lines)
