"""A network after noding: the same ground, old numbers kept, and no two edges that meet between their ends."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.gis import noding

METRE = 1 / 111_000


def network(*segments):
    xy = np.array(segments, dtype=float).reshape(-1, 2)
    nodes, number = np.unique(xy, axis=0, return_inverse=True)
    edges = np.unique(np.sort(number.reshape(-1, 2), axis=1), axis=0)
    return edges[edges[:, 0] != edges[:, 1]], nodes


def test_a_cross_becomes_four_edges_and_keeps_its_ends():
    edges, nodes = network([(0, 0), (2, 2)], [(0, 2), (2, 0)])
    parted, all_nodes = noding.noded(edges, nodes)
    assert len(parted) == 4
    assert (all_nodes[: len(nodes)] == nodes).all()
    assert all_nodes[-1].tolist() == pytest.approx([1, 1])


def test_what_shares_corners_stays_as_it_is():
    edges, nodes = network([(0, 0), (1, 0)], [(1, 0), (1, 1)])
    parted, all_nodes = noding.noded(edges, nodes)
    assert parted.tolist() == edges.tolist()
    assert all_nodes is nodes


def test_an_edge_that_runs_along_a_longer_one_is_a_part_of_it():
    edges, nodes = network([(0, 0), (3, 0)], [(1, 0), (2, 0)])
    parted, all_nodes = noding.noded(edges, nodes)
    assert len(parted) == 3
    assert len(all_nodes) == 4


def test_too_many_meetings_are_left_as_they_are(monkeypatch):
    monkeypatch.setattr(noding, "MOST_MEETINGS", 3)
    edges, nodes = network(*([(0, y), (9, y)] for y in range(3)), *([(x, -1), (x, 9)] for x in range(1, 4)))
    assert noding.noded(edges, nodes)[0] is edges


def test_nothing_stays_nothing():
    edges, nodes = np.empty((0, 2), dtype=int), np.empty((0, 2))
    assert noding.noded(edges, nodes) == (edges, nodes)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 12)] * 4), min_size=1, max_size=12))
def test_no_two_edges_meet_between_their_ends_and_no_ground_is_lost(found):
    # Places at least ten metres apart: what lies closer than a touch is another matter.
    step = 10 * METRE
    edges, nodes = network(*([(a * step, b * step), (c * step, d * step)] for a, b, c, d in found))
    if not len(edges):
        return
    parted, places = noding.noded(edges, nodes)
    before = shapely.union_all(shapely.linestrings(nodes[edges]))
    after = shapely.linestrings(places[parted])
    assert shapely.hausdorff_distance(before, shapely.union_all(after)) < 2 * noding.TOUCH_M * METRE
    tree = shapely.STRtree(after)
    one, two = tree.query(after, predicate="crosses")
    for i, j in zip(one.tolist(), two.tolist(), strict=True):
        met = shapely.intersection(after[i], after[j])
        ends = shapely.multipoints(places[parted[i]])
        assert shapely.distance(met, ends) < noding.TOUCH_M * METRE
