"""How numbers become the classes of a choropleth: quantiles, equal intervals, natural breaks."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import ceil, isfinite

METHODS = ("natural", "quantiles", "equal")
FEWEST, MOST = 3, 7
EXACT = 3000  # different values above which natural breaks are those of as many equal shares


@dataclass(frozen=True)
class Classes:
    """Classes of rising values: class ``i`` holds what is above ``breaks[i-1]`` and at most ``breaks[i]``.

    ``breaks`` ascend strictly; the last is the greatest value. ``ranges`` are the lowest and greatest value found in
    each class (its nominal bounds where it is empty), ``counts`` how many values it holds; one entry per class.
    """

    breaks: tuple[float, ...] = ()
    ranges: tuple[tuple[float, float], ...] = ()
    counts: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.breaks)

    def of(self, value: float) -> int:
        """Return the class of a value; one beyond the ends belongs to the last or first class.

        Raises ``ValueError`` when there are no classes.
        """
        if not self.breaks:
            raise ValueError("no classes")
        return min(bisect_left(self.breaks, value), len(self.breaks) - 1)


def classify(values: Iterable[float], method: str, count: int) -> Classes:
    """Return at most ``count`` classes of finite values; fewer where fewer values differ, none for no values.

    ``method`` is ``quantiles`` (as many values in each as ties allow), ``equal`` (intervals of one width) or
    ``natural`` (`natural_breaks`). Equal values always share a class. Raises ``ValueError`` for another method, a count
    below 1, or a value that is not finite.
    """
    if method not in METHODS or count < 1:
        raise ValueError(f"{method} {count}")
    ordered = sorted(float(value) for value in values)
    if not all(isfinite(value) for value in ordered):
        raise ValueError("a value is not finite")
    if not ordered:
        return Classes()
    breaks = {"quantiles": quantiles, "equal": equal_intervals, "natural": natural_breaks}[method](ordered, count)
    return _filled(ordered, breaks)


def _filled(ordered: Sequence[float], breaks: Sequence[float]) -> Classes:
    ranges, counts, start, low = [], [], 0, ordered[0]
    for upper in breaks:
        end = start
        while end < len(ordered) and ordered[end] <= upper:
            end += 1
        ranges.append((ordered[start], ordered[end - 1]) if end > start else (low, upper))
        counts.append(end - start)
        start, low = end, upper
    return Classes(tuple(breaks), tuple(ranges), tuple(counts))


def quantiles(ordered: Sequence[float], count: int) -> list[float]:
    """Return upper bounds so that each class holds the same share of the sorted values, as far as ties allow.

    The i-th bound is the value at position ⌈i·n/k⌉ (definition 1 of Hyndman and Fan, "Sample Quantiles in Statistical
    Packages", The American Statistician 50, 1996): always a value that occurs. Bounds that fall together are one.
    """
    n = len(ordered)
    return sorted({ordered[ceil(i * n / count) - 1] for i in range(1, count + 1) if i * n >= count} | {ordered[-1]})


def equal_intervals(ordered: Sequence[float], count: int) -> list[float]:
    """Return upper bounds of intervals of one width from the lowest to the greatest of the sorted values."""
    low, high = ordered[0], ordered[-1]
    inner = {low + (high - low) * i / count for i in range(1, count)}
    return [*sorted(bound for bound in inner if low <= bound < high), high]


def natural_breaks(ordered: Sequence[float], count: int) -> list[float]:
    """Return upper bounds whose classes have the least sum of squared deviations from their means (Fisher-Jenks).

    Exact: W. D. Fisher, "On Grouping for Maximum Homogeneity", Journal of the American Statistical Association 53,
    1958, by dynamic programming over the different values, weighted by how often they occur. The best place for a
    break never moves back when a value is added (X. Wu, "Optimal Quantization by Matrix Searching", Journal of
    Algorithms 12, 1991), which leaves O(k·n·log n) steps. Of more than ``EXACT`` different values, the greatest of
    each of as many shares of equal size stand for the rest.
    """
    values, weights = _different(ordered)
    n = len(values)
    count = min(count, n)
    centre = values[n // 2]
    shifted = [value - centre for value in values]  # squares of small numbers keep their digits
    mass = [0.0, *accumulate(weights)]
    first = [0.0, *accumulate(w * v for w, v in zip(weights, shifted, strict=True))]
    second = [0.0, *accumulate(w * v * v for w, v in zip(weights, shifted, strict=True))]

    def spread(i: int, j: int) -> float:
        """The sum of squared deviations of the values i … j-1."""
        total = first[j] - first[i]
        return max(second[j] - second[i] - total * total / (mass[j] - mass[i]), 0.0)

    best = [spread(0, j) if j else 0.0 for j in range(n + 1)]
    cuts: list[list[int]] = []
    for k in range(2, count + 1):
        best, cut = _one_more(best, spread, k, n)
        cuts.append(cut)
    bounds, end = [], n
    for cut in reversed(cuts):
        bounds.append(values[end - 1])
        end = cut[end]
    return [*reversed([*bounds, values[end - 1]])]


def _one_more(best: list[float], spread: Callable[[int, int], float], k: int, n: int) -> tuple[list[float], list[int]]:
    """From the least spreads with k-1 classes make those with k: (spread, where the last class begins) by end."""
    out, cut = [0.0] * (n + 1), [0] * (n + 1)
    todo = [(k, n, k - 1, n - 1)]  # ends from … to, and where their last class may begin
    while todo:
        low, high, since, until = todo.pop()
        if low > high:
            continue
        end = (low + high) // 2
        found, at = min((best[i] + spread(i, end), i) for i in range(since, min(until, end - 1) + 1))
        out[end], cut[end] = found, at
        todo += [(low, end - 1, since, at), (end + 1, high, at, until)]
    return out, cut


def _different(ordered: Sequence[float]) -> tuple[list[float], list[float]]:
    """Return (values, how often each occurs), at most ``EXACT`` of them."""
    if len(ordered) > EXACT and len(set(ordered)) > EXACT:
        n = len(ordered)
        edges = [round(i * n / EXACT) for i in range(EXACT + 1)]
        ordered = [ordered[b - 1] for a, b in pairwise(edges) for _ in range(b - a)]
    counts: dict[float, float] = {}
    for value in ordered:
        counts[value] = counts.get(value, 0.0) + 1.0
    return list(counts), list(counts.values())
