"""Where things lie: at borders, in every system, under the pointer, in a lasso; and what the inspector says."""

import pytest
import shapely

from layers import boards, grids, history, places, placing, search, tasks, words, workspace
from layers.domain.things import TaskFilter
from layers.errors import Refused
from layers.store import queries_grids
from layers.workspace import Workspace
from tests.layers.conftest import NOW


def test_a_border_point_belongs_to_the_lowest_code(street: Workspace) -> None:
    db = street.store.read()
    cells = queries_grids.whole(db, "four")
    micro = [cell for cell in cells if cell["tier"] == 4]
    tried = 0
    for i, cell in enumerate(micro[:20]):
        for other in micro[i + 1 :]:
            shared = shapely.intersection(cell["geom"], other["geom"])
            if shapely.length(shared) == 0:
                continue
            x, y = shapely.get_coordinates(shared)[0]
            touching = [c["code"] for c in micro if shapely.intersects(c["geom"], shapely.Point(x, y))]
            assert placing.spot(db, x, y)["four"]["code"] == min(touching)
            tried += 1
    assert tried > 20


def test_outside_the_street_is_nowhere(street: Workspace) -> None:
    located = places.locate(street, 100.0, 40.0)
    assert located.chains == {}
    assert located.road is None
    assert located.duties == ()


def test_placements_in_bulk_agree_with_one_by_one(street: Workspace) -> None:
    db = street.store.read()
    rows = db.execute("SELECT uuid, geom FROM facility ORDER BY fid LIMIT 60").fetchall()
    from layers.store import blob

    for row in rows:
        point = blob.decode(row["geom"])
        assert point is not None
        alone = {system: grid["uuid"] for system, grid in placing.spot(db, point.x, point.y).items()}
        kept = {p["system"]: p["grid_uuid"] for p in queries_grids.placements(db, row["uuid"])}
        assert kept == alone


def test_a_section_lies_in_every_grid_it_runs_through_with_its_metres(street: Workspace) -> None:
    db = street.store.read()
    rows = db.execute("SELECT uuid, length_m FROM road_section LIMIT 50").fetchall()
    for row in rows:
        pieces = [p["length_m"] for p in queries_grids.placements(db, row["uuid"]) if p["system"] == "four"]
        assert pieces
        # Along a border the same metres lie in both grids, so the pieces are at least the whole, at most twice.
        assert row["length_m"] * 0.95 <= sum(pieces) <= row["length_m"] * 2.1 + 1


@pytest.mark.parametrize("table", ["grid", "road_section", "place", "facility", "task"])
def test_every_thing_has_a_card_without_raw_words(street: Workspace, table: str) -> None:
    for row in street.store.read().execute(f"SELECT uuid FROM {table} ORDER BY fid LIMIT 40"):
        card = places.card(street, table, row["uuid"])
        assert card.title
        assert card.fields
        for field in card.fields:
            assert field.value
            assert "_" not in field.value, field


def test_what_is_gone_is_said(street: Workspace) -> None:
    with pytest.raises(Refused):
        places.card(street, "task", "00000000-0000-4000-8000-000000000000")


def test_picking_takes_the_topmost_thing(street: Workspace) -> None:
    line = next(one for one in tasks.table(street, TaskFilter(), now=NOW) if one.lon is not None)
    assert line.lon is not None
    assert line.lat is not None
    hit = places.pick(street, line.lon, line.lat, 16, "four")
    assert hit is not None
    assert hit.table == "task"
    hit = places.pick(street, line.lon, line.lat, 16, "four", {"grid"})
    assert hit is not None
    assert hit.table == "grid"
    assert places.pick(street, 100.0, 40.0, 16, "four") is None


def test_far_out_the_large_tiers_are_picked(street: Workspace) -> None:
    box = workspace.extent(street)
    assert box is not None
    lon, lat = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    tiers = [
        next(node.tier for node in grids.tree(street, "four", NOW) if hit and node.uuid == hit.uuid)
        for zoom in (9, 11, 12, 14)
        if (hit := places.pick(street, lon, lat, zoom, "four", {"grid"}))
    ]
    assert tiers == sorted(tiers)
    assert tiers[-1] == 4
    assert tiers[0] < 4


def test_a_lasso_takes_what_it_touches(street: Workspace) -> None:
    district = next(node for node in grids.tree(street, "four", NOW) if node.name == "府城")
    shape = places.card(street, "grid", district.uuid).geometry
    assert shape is not None
    inside = {hit.uuid for hit in places.inside(street, shape, "task")}
    below = {line.uuid for line in tasks.table(street, TaskFilter(grid=district.uuid), limit=1000, now=NOW)}
    assert below <= inside
    assert len(inside) < 300


def test_what_is_here_names_the_grids_of_all_systems(street: Workspace) -> None:
    line = next(one for one in tasks.table(street, TaskFilter(), now=NOW) if one.lon is not None)
    found = places.here(street, line.lon or 0, line.lat or 0)
    assert {"task", "grid"} <= {hit.table for hit in found}
    assert len([hit for hit in found if hit.table == "grid"]) == 5


def test_renaming_is_undone(ws: Workspace) -> None:
    node = grids.tree(ws, "four")[5]
    places.edit(ws, "grid", node.uuid, {"name": "新名"}, "dispatcher")
    assert places.card(ws, "grid", node.uuid).values["name"] == "新名"
    history.undo(ws, "dispatcher")
    assert places.card(ws, "grid", node.uuid).values["name"] == node.name
    with pytest.raises(KeyError):
        places.edit(ws, "grid", node.uuid, {"code": "x"}, "dispatcher")


def test_rebuilding_placements_changes_nothing_on_a_sound_file(ws: Workspace) -> None:
    sql = "SELECT owner_table, owner_uuid, system, grid_uuid FROM placement ORDER BY 1, 2, 3, 4"
    before = [tuple(row) for row in ws.store.read().execute(sql)]
    assert workspace.verify(ws, rebuild=True) == []
    assert [tuple(row) for row in ws.store.read().execute(sql)] == before


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("府城", "grid"),
        ("W138", "grid"),
        ("w１３８", "grid"),
        ("fangta", "grid"),
        ("ft", "grid"),
        ("中山东路", "road_section"),
        ("qqqq", None),
    ],
)
def test_the_search_box_finds_names_codes_and_initials(street: Workspace, text: str, table: str | None) -> None:
    found = search.find(street, text)
    if table is None:
        assert found == []
    else:
        assert found[0].table == table


def test_the_search_box_finds_tasks_by_number_and_source_number(street: Workspace) -> None:
    line = tasks.table(street, TaskFilter(kinds=("hotline",)), now=NOW)[0]
    assert search.find(street, line.number)[0].uuid == line.uuid
    source = places.card(street, "task", line.uuid).values["source_number"]
    assert search.find(street, source)[0].uuid == line.uuid
    assert search.find(street, "  ") == []
    assert search.find(street, "' OR 1=1 --") == []


def test_marked_kinds_are_picked_at_every_zoom_and_no_others(street: Workspace) -> None:
    found = boards.marks(street, ("shelter",), workspace.extent(street) or (0, 0, 0, 0))
    for _, lon, lat in found[:5]:
        assert places.pick(street, lon, lat, 12, "four", {"facility"}) is None
        hit = places.pick(street, lon, lat, 12, "four", {"facility"}, kinds=("shelter",))
        assert hit is not None
        assert hit.table == "facility"
        near = places.pick(street, lon, lat, 18, "four", {"facility"}, kinds=("waste",))
        assert near is None or near.uuid != hit.uuid


@pytest.mark.parametrize("state", ["intact", "damaged", "改道中", "x.y", "none"])
def test_the_state_of_a_section_is_a_word_and_a_foreign_one_is_shown_as_it_is(ws: Workspace, state: str) -> None:
    uuid = ws.store.read().execute("SELECT uuid FROM road_section").fetchone()[0]
    with ws.store.step("elsewhere", "b", journal=False) as writing:
        writing.db.execute("UPDATE road_section SET state=? WHERE uuid=?", (state, uuid))
    known = {"intact": ("完好", "Intact"), "damaged": ("破损", "Damaged")}
    for language, i in (("zh", 0), ("en", 1)):
        words.use(language)
        told = next(one.value for one in places.card(ws, "road_section", uuid).fields if one.label == "cards.state")
        assert told == known.get(state, (state, state))[i]
    words.use("zh")
