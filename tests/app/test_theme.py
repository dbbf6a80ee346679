"""Both themes can be read: contrast, completeness, no token left in the sheet."""

import re

import pytest
from PySide6.QtGui import QColor, QIcon

import resources
from app import theme
from app.actions import SPECS
from app.stylesheet import sheet
from app.theme import DARK, LIGHT, Tokens


def luminance(colour: str) -> float:
    shares = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in QColor(colour).getRgbF()[:3]
    ]
    return 0.2126 * shares[0] + 0.7152 * shares[1] + 0.0722 * shares[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda tokens: tokens.name)
@pytest.mark.parametrize("ground", ["panel", "ground", "picked", "over", "notice"])
@pytest.mark.parametrize("ink", ["text", "quiet"])
def test_text_can_be_read_on_every_ground(tokens: Tokens, ink: str, ground: str):
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda tokens: tokens.name)
def test_the_accent_and_red_can_be_read(tokens: Tokens):
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    assert contrast(tokens.accent, tokens.panel) >= 4.5
    assert contrast(tokens.red, tokens.panel) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda tokens: tokens.name)
def test_the_sheet_is_complete(tokens: Tokens):
    made = sheet(tokens)
    assert "$" not in made
    assert tokens.accent in made
    assert made.count("{") == made.count("}")


def test_the_two_themes_name_the_same_things():
    assert LIGHT.name == "light"
    assert DARK.name == "dark"
    assert all(
        re.fullmatch(r"#[0-9A-F]{6}", value)
        for value in (*vars(LIGHT).values(), *vars(DARK).values())
        if value[0] == "#"
    )


def test_every_icon_of_an_action_is_there(qapp):
    for spec in SPECS:
        if spec.icon:
            assert resources.path("icons", f"{spec.icon}.svg").is_file(), spec.icon


def test_an_icon_is_painted_in_the_colours_of_the_theme(qapp):
    theme.apply("light")
    image = theme.icon("search").pixmap(24, 24, QIcon.Mode.Normal).toImage()
    colours = {
        image.pixelColor(x, y).name() for x in range(24) for y in range(24) if image.pixelColor(x, y).alpha() > 250
    }
    assert colours == {LIGHT.text.lower()}


def test_the_dress_changes_at_once(qapp):
    theme.apply("dark")
    assert theme.tokens() is DARK
    assert qapp.palette().window().color().name() == DARK.ground.lower()
    theme.apply("light")
    assert theme.tokens() is LIGHT
    assert LIGHT.ground in qapp.styleSheet()


def test_chinese_has_a_face(qapp):
    assert theme.face(12).pixelSize() == 12
    assert len(theme.families()) >= 1
