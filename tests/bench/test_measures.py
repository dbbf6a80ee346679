"""The bench itself runs and is honest in form; what it measures is judged by `make bench`, never by a test."""

import json
from pathlib import Path

import pytest
import shapely

from app import commands
from tests.bench import city, cold_start, measures


def test_a_small_city_fits_together(tmp_path: Path) -> None:
    made = city.make(tmp_path, 0.001)
    assert made.counts == {"grids": 100, "points": 1000, "roads": 20}
    cells = city.grids(10)
    assert shapely.is_valid(cells).all()
    assert shapely.coverage_is_valid(cells)


@pytest.mark.slow
def test_every_measure_gives_its_row(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code = commands.run(["bench", "--json", "--scale", "0.001", "--dir", str(tmp_path), "--lang", "en"])
    rows = json.loads(capsys.readouterr().out)
    assert code in (0, 1)
    for row in rows:
        assert set(row) == {"name", "value", "unit", "reference", "ratio", "budget"}
        assert row["value"] > 0
        assert row["ratio"] is None or row["ratio"] == pytest.approx(row["value"] / row["reference"])
    assert {row["name"] for row in rows} >= {"import", "import_append", "locate", "check", "transitions", "export"}


def test_an_unknown_measure_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.run(["bench", "--only", "nothing", "--lang", "en"]) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert all(name in said.err for name in measures.NAMES)


def test_one_measure_alone(tmp_path: Path) -> None:
    rows = measures.run(scale=0.001, only=["locate"], folder=tmp_path)
    assert [row["name"] for row in rows] == ["locate", "locate_from_file"]


def test_what_cannot_be_compared_is_left_out_with_its_reason(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # no QGIS there
    assert commands.run(["bench", "--json", "--only", "cold_start", "--dir", str(tmp_path), "--lang", "en"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out) == []
    assert "QGIS is not installed" in said.err
    monkeypatch.delenv("DISPLAY", raising=False)
    with cold_start.screen() as display:
        assert display is None
