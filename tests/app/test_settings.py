"""What is remembered comes back, and what makes no sense any more does not."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from app.settings import Settings


def reopened(tmp_path: Path) -> Settings:
    return Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


def test_choices_survive(settings: Settings, tmp_path: Path):
    settings.language, settings.theme, settings.post = "en", "dark", "inspector"
    settings.save()
    again = reopened(tmp_path)
    assert (again.language, again.theme, again.post) == ("en", "dark", "inspector")


def test_nonsense_counts_as_absent(tmp_path: Path):
    store = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    for key in ("language", "theme", "post", "recents"):
        store.setValue(key, "<script>")
    settings = Settings(store)
    assert settings.language in ("zh", "en")
    assert settings.theme == "system"
    assert settings.post == "dispatcher"
    assert settings.recents == []


def test_recent_files_are_newest_first_without_doubles_and_without_those_gone(settings: Settings, tmp_path: Path):
    paths = [tmp_path / f"街道 {number}.gpkg" for number in range(12)]
    for path in paths:
        path.touch()
        settings.remember(path)
    settings.remember(paths[4])
    assert settings.recents[0] == paths[4]
    assert len(settings.recents) == 8
    assert len(set(settings.recents)) == 8
    paths[4].unlink()
    assert paths[4] not in settings.recents


def test_layouts_and_lists_survive(settings: Settings, tmp_path: Path):
    settings.set_bytes("place-map", QByteArray(b"\x00\xff layout"))
    settings.set_names("columns", ("number", "left"))
    settings.save()
    again = reopened(tmp_path)
    assert bytes(again.bytes("place-map").data()) == b"\x00\xff layout"
    assert again.names("columns", ()) == ("number", "left")
    assert again.names("nothing", ("a",)) == ("a",)
    assert again.bytes("nothing").isEmpty()
