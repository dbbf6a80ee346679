"""The check finds every fault that is put in, says how large it is, and nothing about a clean system."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity

from layers.domain.things import Finding
from layers.errors import Cancelled
from layers.gis import crs
from layers.gis.coverage import TierGrids, check
from layers.words import LANGUAGES, both

AREA = "310117004"
SIDE = 12


def blocks(seed: int = 3) -> np.ndarray:
    """A town of 12 × 12 crooked blocks with shared, bit-identical corners, some 100 m wide."""
    rng = np.random.default_rng(seed)
    x, y = np.meshgrid(121.2 + np.arange(SIDE + 1) / 1000, 31 + np.arange(SIDE + 1) / 1000, indexing="ij")
    x, y = x + rng.uniform(-2e-4, 2e-4, x.shape), y + rng.uniform(-2e-4, 2e-4, y.shape)
    corners = np.stack(
        [
            np.stack([a, b], -1)
            for a, b in (
                (x[:-1, :-1], y[:-1, :-1]),
                (x[1:, :-1], y[1:, :-1]),
                (x[1:, 1:], y[1:, 1:]),
                (x[:-1, 1:], y[:-1, 1:]),
            )
        ],
        axis=2,
    )
    return np.asarray(shapely.polygons(corners.reshape(-1, 4, 2)), dtype=object)


def tier(number: int, letter: str, shapes: np.ndarray, parents: list[str | None], **more: object) -> TierGrids:
    count = len(shapes)
    codes = [f"{AREA}-{letter}{i + 1:03}" for i in range(count)] if letter else [AREA]
    uuids = [f"{letter or 'T'}{i}" for i in range(count)]
    return TierGrids(
        number, uuids, codes, parents, shapes, letter=letter, expected=count, name=letter or "街道", **more
    )  # type: ignore[arg-type]


def system(small: np.ndarray | None = None) -> list[TierGrids]:
    small = blocks() if small is None else small
    whole = blocks()
    groups = np.array([(i // SIDE // 3) * 4 + i % SIDE // 3 for i in range(SIDE * SIDE)])
    middle = np.array([shapely.coverage_union_all(whole[groups == g]) for g in range(16)], dtype=object)
    top = np.array([shapely.coverage_union_all(middle)], dtype=object)
    return [
        tier(1, "", top, [None]),
        tier(2, "X", middle, ["T0"] * 16),
        tier(3, "W", small, [f"X{g}" for g in groups]),
    ]


def kinds(findings: list[Finding]) -> dict[str, int]:
    return dict(Counter(finding.kind for finding in findings))


def run(tiers: list[TierGrids], **more: object) -> list[Finding]:
    findings = check(tiers, system="four", area_code=AREA, **more)  # type: ignore[arg-type]
    for finding in findings:
        assert finding.system == "four"
        for sentence in both(f"checks.{finding.kind}", **finding.values):
            assert "{" not in sentence
    assert len(LANGUAGES) == 2
    return findings


def square_metres(*shapes: shapely.Geometry) -> float:
    return float(crs.area_m2(np.array(shapes, dtype=object)).sum())


def test_a_clean_system_has_no_findings() -> None:
    assert run(system()) == []
    assert run([replace(system()[2], parents=[None] * 144, letter="", expected=None)]) == []


def test_a_clean_system_stays_clean_with_an_outline_and_buildings() -> None:
    tiers = system()
    buildings = np.array([shapely.buffer(b.centroid, 1e-4) for b in tiers[2].geometries], dtype=object)
    inside = tier(4, "L", buildings, [f"W{i}" for i in range(144)], covering=False)
    assert run([*tiers, inside], outline=tiers[0].geometries[0]) == []


def test_counts_codes_and_parents() -> None:
    top, middle, small = system()
    codes = list(small.codes)
    codes[3], codes[5], codes[7] = codes[2], "310117004-X09 ", "310117004W08"
    parents = list(small.parents)
    parents[10], parents[20], parents[30] = None, "nobody", "T0"
    units: list[str | None] = [None] * 144
    units[0], units[1] = "310117004001001", "31011700400100"
    small = replace(small, codes=codes, parents=parents, unit_codes=units, expected=138)
    found = run([top, middle, small])
    assert kinds(found) == {
        "count": 1,
        "duplicate_code": 1,
        "code_form": 2,
        "unit_code": 1,
        "no_parent": 1,
        "unknown_parent": 1,
        "parent_tier": 1,
    }
    by_kind = {f.kind: f for f in found}
    assert by_kind["count"].values["expected"] == 138
    assert by_kind["duplicate_code"].uuids == ("W2", "W3")
    assert by_kind["unknown_parent"].codes == (codes[20],)
    assert by_kind["unit_code"].lon == pytest.approx(121.2, abs=0.02)


def test_a_missing_grid_is_a_gap_of_its_own_size() -> None:
    shapes = blocks()
    inner, border = 5 * SIDE + 5, 0
    gone = [shapes[inner], shapes[border]]
    shapes[inner] = shapes[border] = None
    found = run(system(shapes))
    assert kinds(found) == {"no_shape": 2, "gap": 2}
    sizes = sorted(f.values["area_m2"] for f in found if f.kind == "gap")
    assert sizes == pytest.approx(sorted(square_metres(g) for g in gone), rel=1e-3)
    gap = next(f for f in found if f.kind == "gap" and len(f.uuids) == 8)
    assert shapely.Point(gap.lon, gap.lat).within(gone[0])
    assert gap.values["parents"] == f"{AREA}-X006"


def test_a_grid_that_shrank_leaves_a_sliver() -> None:
    shapes = blocks()
    k = 6 * SIDE + 6
    shapes[k] = shapely.buffer(shapes[k], -5e-7, join_style="mitre")  # some 5 cm
    found = run(system(shapes))
    assert kinds(found) == {"sliver": 1}
    assert 0.03 < found[0].values["width_m"] < 0.07
    assert f"W{k}" in found[0].uuids


def test_an_overlap_is_measured() -> None:
    shapes = blocks()
    k = 6 * SIDE + 6
    shapes[k] = affinity.translate(shapes[k], 3e-5, 0)
    found = run(system(shapes))
    overlaps = [f for f in found if f.kind == "overlap"]
    neighbour = next(f for f in overlaps if set(f.uuids) == {f"W{k}", f"W{k + SIDE}"})
    exact = square_metres(shapes[k].intersection(shapes[k + SIDE]))
    assert neighbour.values["area_m2"] == pytest.approx(exact, rel=1e-2)
    assert {"overlap", "gap"} <= set(kinds(found)) | {"sliver"}
    assert kinds(found).get("gap", 0) + kinds(found).get("sliver", 0) >= 1


def test_one_grid_twice_and_one_inside_another() -> None:
    shapes = blocks()
    shapes[40] = shapes[41]
    shapes[77] = shapely.buffer(shapes[78].centroid, 1e-4)
    found = run(system(shapes))
    pairs = {f.uuids: f.values["area_m2"] for f in found if f.kind == "overlap"}
    assert pairs[("W40", "W41")] == pytest.approx(square_metres(shapes[41]), rel=1e-2)
    assert pairs[("W77", "W78")] == pytest.approx(square_metres(shapes[77]), rel=1e-2)
    assert kinds(found)["gap"] == 2


def test_outside_and_wrong_parent() -> None:
    top, middle, small = system()
    parents = list(small.parents)
    parents[0] = "X15"
    shapes = blocks()
    shapes[11] = affinity.translate(shapes[11], 0, 2e-4)
    found = run([top, middle, replace(small, parents=parents, geometries=shapes)])
    wrong = next(f for f in found if f.kind == "wrong_parent")
    assert (wrong.uuids, wrong.values["parent"], wrong.values["better"]) == (("W0",), f"{AREA}-X016", f"{AREA}-X001")
    outside = next(f for f in found if f.kind == "outside")
    assert outside.uuids == ("W11",)
    exact = square_metres(shapes[11].difference(middle.geometries[3]))
    assert outside.values["area_m2"] == pytest.approx(exact, rel=1e-2)


def test_a_parent_without_children_is_said_once() -> None:
    top, middle, small = system()
    kept = [i for i, parent in enumerate(small.parents) if parent != "X5"]
    small = TierGrids(
        3,
        [small.uuids[i] for i in kept],
        [small.codes[i] for i in kept],
        [small.parents[i] for i in kept],
        small.geometries[kept],
        letter="W",
    )
    found = run([top, middle, small])
    assert kinds(found) == {"childless": 1}
    assert found[0].uuids == ("X5",)


def test_rings_that_cross_and_crumbs() -> None:
    shapes = blocks()
    a, b, c, d, _ = shapes[50].exterior.coords
    crossed = shapely.Polygon([a, c, b, d, a])
    shapes[51] = shapely.MultiPolygon([shapes[51], shapely.box(121.3, 31.1, 121.300001, 31.100001)])
    shapes[50] = crossed
    found = run(system(shapes))
    assert {"invalid", "fragment"} <= set(kinds(found))
    invalid = next(f for f in found if f.kind == "invalid")
    assert invalid.uuids == ("W50",)
    assert shapely.Point(invalid.lon, invalid.lat).distance(blocks()[50]) < 1e-9
    assert next(f for f in found if f.kind == "fragment").values["area_m2"] < 0.02


def test_a_straight_border_bent_by_projecting_is_nobodys_fault() -> None:
    # Two halves 4 km long drawn in metres; the southern one's border has a vertex on the line, the northern
    # one's has not: on the stored degrees they differ by some millimetres.
    x, y = crs.metres_xy([121.2], [31.0], "EPSG:4549")
    x, y = float(x[0]), float(y[0])

    def degrees(*corners: tuple[float, float]) -> shapely.Polygon:
        return shapely.Polygon(
            np.column_stack(crs.degrees_xy([x + c[0] for c in corners], [y + c[1] for c in corners], "EPSG:4549"))
        )

    south = degrees((0, 0), (4000, 0), (4000, 1000), (2000, 1000), (0, 1000))
    north = degrees((0, 1000), (4000, 1000), (4000, 2000), (0, 2000))
    whole = degrees((0, 0), (4000, 0), (4000, 2000), (0, 2000))
    tiers = [
        tier(1, "", np.array([whole], dtype=object), [None]),
        tier(2, "W", np.array([south, north], dtype=object), ["T0", "T0"]),
    ]
    assert shapely.coverage_is_valid([south, north]) is not True
    assert run(tiers, tolerance_m=0.001) == []


def test_an_inlet_is_seen_without_an_outline() -> None:
    shapes = blocks()
    k = 5  # on the western border
    shapes[k] = affinity.scale(shapes[k], yfact=0.9995)
    lone = replace(system(shapes)[2], parents=[None] * 144)
    found = run([lone])
    assert set(kinds(found)) <= {"sliver", "gap"}
    assert len(found) >= 1
    assert any(f"W{k}" in f.uuids for f in found)


def dissolved(small: np.ndarray, groups: np.ndarray) -> list[TierGrids]:
    """Two tiers of which the upper was made from the lower and has the very same gaps."""
    count = int(groups.max()) + 1
    upper = np.array([shapely.union_all(small[groups == g]) for g in range(count)], dtype=object)
    letter = "X" if count > 1 else ""
    parents: list[str | None] = [f"{letter or 'T'}{g}" for g in groups]
    return [tier(1, letter, upper, [None] * count), tier(2, "W", small, parents)]


def test_a_hole_that_a_dissolved_tier_has_as_well_is_a_gap() -> None:
    small = np.delete(blocks(), 40)
    missing = square_metres(blocks()[40])
    for groups in (np.zeros(143, dtype=int), np.arange(143) // 72):
        found = run([replace(level, expected=None) for level in dissolved(small, groups)])
        assert kinds(found) == {"gap": 1}
        assert found[0].values["area_m2"] == pytest.approx(missing, rel=1e-3)
    lone = run([replace(tier(2, "W", small, [None] * 143), letter="", expected=None)])
    assert [(f.kind, f.values["area_m2"]) for f in lone] == [("gap", pytest.approx(missing, rel=1e-3))]


def test_an_inlet_that_a_dissolved_tier_has_as_well_is_seen() -> None:
    shapes = blocks()
    shapes[5] = affinity.scale(shapes[5], yfact=0.9995)
    found = run(dissolved(shapes, np.zeros(144, dtype=int)))
    assert len(found) >= 1
    assert set(kinds(found)) == {"sliver"}
    assert all("W5" in f.uuids for f in found)
    assert run(dissolved(blocks(), np.zeros(144, dtype=int))) == []
    columns = run(dissolved(shapes, np.arange(144) // SIDE))
    assert len(columns) == len(found), "seen between two grids of the upper tier, or else here"


def test_an_inlet_that_the_tier_above_covers_is_told_once() -> None:
    shapes = blocks()
    shapes[5] = affinity.scale(shapes[5], yfact=0.9995)
    top = np.array([shapely.coverage_union_all(blocks())], dtype=object)
    found = run([tier(1, "", top, [None]), tier(2, "W", shapes, ["T0"] * 144)])
    spots = [shapely.Point(f.lon, f.lat).buffer(1e-7) for f in found]
    assert len(shapely.union_all(spots).geoms if len(spots) > 1 else spots) == len(found)
    assert all(shapely.intersects_xy(top[0], f.lon, f.lat) for f in found)


def test_borders_that_differ_by_the_last_digit_are_no_inlet() -> None:
    squares = [shapely.box(121.2 + i * 0.01, 31 + j * 0.01, 121.2 + i * 0.01 + 0.01, 31 + j * 0.01 + 0.01)
               for i in range(4) for j in range(4)]  # fmt: skip
    halves = np.array([shapely.union_all(squares[:8]), shapely.union_all(squares[8:])], dtype=object)
    assert not shapely.coverage_is_valid(halves)
    lone = tier(1, "W", halves, [None, None])
    assert run([lone]) == []
    assert run(dissolved(halves, np.zeros(2, dtype=int))) == []


def test_the_outline_shows_what_is_missing_at_the_edge() -> None:
    tiers = system()
    lone = replace(tiers[2], parents=[None] * 144, geometries=np.array([None, *tiers[2].geometries[1:]], dtype=object))
    assert kinds(run([lone])) == {"no_shape": 1}
    assert kinds(run([lone], outline=tiers[0].geometries[0])) == {"no_shape": 1, "gap": 1}


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), faults=st.integers(0, 6))
def test_random_faults_are_all_found(seed: int, faults: int) -> None:
    rng = np.random.default_rng(seed)
    shapes = blocks(3)
    hit = rng.choice(SIDE * SIDE, faults, replace=False)
    for k in hit:
        shapes[k] = affinity.translate(shapes[k], *rng.choice([-1, 1], 2) * rng.uniform(2e-5, 2e-4, 2))
    found = run(system(shapes))
    told = {uuid for f in found for uuid in f.uuids}
    assert {f"W{k}" for k in hit} <= told
    assert bool(found) == bool(faults)


def test_it_can_be_cancelled_at_every_step() -> None:
    said: list[tuple[int, int]] = []
    check(system(), progress=lambda done, total, text: said.append((done, total)))
    assert said == [(i, 10) for i in range(10)]
    for stop in range(10):

        def progress(done: int, total: int, text: str, stop: int = stop) -> None:
            if done == stop:
                raise Cancelled

        with pytest.raises(Cancelled):
            check(system(), progress=progress)


def test_nothing_at_all() -> None:
    assert check([]) == []
    assert check([tier(1, "W", np.array([], dtype=object), [])]) == []
