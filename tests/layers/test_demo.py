"""The demonstration workspace is whole, marked as synthetic, and told up to the moment it is written."""

from datetime import timedelta
from pathlib import Path

import pytest

from layers import demo, grids, tasks, workspace
from layers.domain import flow
from layers.domain.clock import instant
from layers.domain.things import TaskFilter
from layers.errors import Cancelled, WorkspaceError
from layers.workspace import Workspace
from tests.layers.conftest import NOW


def test_both_systems_have_the_planned_numbers(street: Workspace) -> None:
    found = {system.code: system for system in grids.systems(street)}
    assert found["four"].summary == "1+3+22+138"
    assert found["base"].summary == "265"
    assert all(system.as_planned for system in found.values())
    assert found["four"].main


def test_the_check_finds_no_fault(street: Workspace) -> None:
    assert grids.check(street) == []


def test_the_file_is_sound_and_says_that_it_is_synthetic(street: Workspace) -> None:
    assert workspace.verify(street) == []
    assert street.synthetic
    assert "演示" in street.name


def test_every_kind_in_every_status_over_sixty_days(street: Workspace) -> None:
    lines = tasks.table(street, TaskFilter(), limit=1000, now=NOW)
    assert len(lines) == 300
    assert {line.status for line in lines} == set(flow.STATUSES)
    assert {line.kind for line in lines} == set(flow.KINDS)
    reported = [instant(line.reported_at) for line in lines]
    assert max(reported) <= NOW
    assert NOW - timedelta(days=61) < min(reported) < NOW - timedelta(days=50)
    assert {line.lamp for line in lines} == {"none", "green", "amber", "red"}
    assert len({line.number for line in lines}) == 300


def test_records_were_written_by_the_rules_and_end_where_the_task_stands(street: Workspace) -> None:
    from layers import places

    for line in tasks.table(street, TaskFilter(statuses=("closed",)), limit=5, now=NOW):
        card = places.card(street, "task", line.uuid)
        assert card.lines[-1].to_status == "closed"
        assert [entry.at for entry in card.lines] == sorted(entry.at for entry in card.lines)
        assert all(entry.actor for entry in card.lines)


def test_tasks_lie_in_the_grids_they_name(street: Workspace) -> None:
    from layers import places

    for line in tasks.table(street, TaskFilter(open_only=True), limit=40, now=NOW):
        if line.lon is None or line.lat is None:
            continue
        chain = places.locate(street, line.lon, line.lat).chains["four"]
        assert line.grid_code == chain[0].code


def test_cancel_leaves_nothing_behind(tmp_path: Path) -> None:
    def stop(done: int, total: int, text: str) -> None:
        if done == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        demo.write(tmp_path / "x.gpkg", NOW, stop)
    assert list(tmp_path.iterdir()) == []


def test_its_folder_is_made_or_it_is_said_why_not(tmp_path: Path) -> None:
    (tmp_path / "文件").write_bytes(b"x")
    with pytest.raises(WorkspaceError, match="文件"):
        demo.write(tmp_path / "文件" / "文档" / "演示.gpkg", NOW, parents=True)
    with pytest.raises(WorkspaceError):
        demo.write(tmp_path / "文档" / "演示.gpkg", NOW)
    demo.write(tmp_path / "文档" / "演示.gpkg", NOW, parents=True)
    assert workspace.is_workspace(tmp_path / "文档" / "演示.gpkg")


def test_an_existing_file_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "x.gpkg"
    target.write_text("mine", encoding="utf-8")
    with pytest.raises(WorkspaceError):
        demo.write(target, NOW)
    assert target.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("system", ["four", "base"])
def test_a_missing_border_grid_is_found_though_nothing_lies_beyond_it(ws: Workspace, system: str) -> None:
    edge = min((node for node in grids.tree(ws, system) if node.tier == (4 if system == "four" else 1)),
               key=lambda node: node.bounds[0])  # fmt: skip
    with ws.store.step("x", "x") as writing:
        writing.delete("grid", edge.uuid)
    kinds = {finding.kind for finding in grids.check(ws, system)}
    assert {"count", "gap"} <= kinds
