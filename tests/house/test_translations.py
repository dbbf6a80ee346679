"""Every word on screen: there in both languages, asked for by the code, with the values it needs."""

import re
import tomllib

import pytest

import resources
from layers import words
from tests.house.rooms import files, listed, short, texts
from tests.house.spoken import CODE, asked, placeholders, put_together, vocabulary

TABLE = words.table()
ASKED = [*asked(), *put_together({key.partition(".")[0] for key in TABLE})]
HAN = re.compile(r"[\u3400-\u9fff]")

# Chinese that is meant to stand in the English text: a language in itself, the product, words to search for.
CHINESE_IN_ENGLISH = re.compile(r"中文|格物|垃圾|井盖")

# Asked for by a function of their own, which the scan cannot follow: beginnings of keys, and who asks.
ASKED_ELSEWHERE = ("exchange.icon_",)  # layers/gis/qgis_style.py, through the names it is given

TYPED = {"app/journey.py"}  # what somebody types in the demonstration is no word of the program


def test_every_text_is_there_in_both_languages():
    wrong = []
    for file in sorted(resources.path("translations").glob("*.toml")):
        for key, pair in tomllib.loads(file.read_text(encoding="utf-8")).items():
            whole = isinstance(pair, list) and len(pair) == 2 and all(isinstance(one, str) for one in pair)
            if not whole or not all(one.strip() for one in pair):
                wrong.append(f"{file.name}: {key} = {pair!r}")
    assert wrong == [], listed(wrong)
    assert len(TABLE) > 100


def test_both_languages_have_the_same_placeholders():
    wrong = [key for key, (zh, en) in TABLE.items() if placeholders(zh) != placeholders(en)]
    assert wrong == [], listed(wrong)


def test_english_is_english_and_nothing_is_shouted():
    chinese = [key for key, (_, en) in TABLE.items() if HAN.search(CHINESE_IN_ENGLISH.sub("", en))]
    loud = [key for key, pair in TABLE.items() if any("!" in one or "！" in one for one in pair)]
    assert chinese + loud == [], listed(chinese + loud)


def test_a_failure_is_said_in_whole_sentences():
    wrong = [
        key
        for key, (zh, en) in TABLE.items()
        if key.startswith("errors.") and not (zh.endswith(("。", "”", "}")) and en.endswith((".", '."', "}")))
    ]
    assert wrong == [], listed(wrong)


def test_every_key_that_is_asked_for_exists():
    wrong = [f"{one.where}: {one.key}" for one in ASKED if one.key is not None and one.key not in TABLE]
    wrong += [
        f"{one.where}: nothing is called {one.pattern.pattern}"
        for one in ASKED
        if one.pattern is not None and not any(map(one.pattern.fullmatch, TABLE))
    ]
    assert wrong == [], listed(wrong)


def test_every_placeholder_is_given_its_value():
    wrong = [
        f"{one.where}: {one.key} lacks {sorted(lacking)}"
        for one in ASKED
        if one.key in TABLE and one.given is not None and (lacking := placeholders(TABLE[one.key][0]) - one.given)
    ]
    assert wrong == [], listed(wrong)


def test_no_text_is_kept_that_nobody_asks_for():
    """A computed key counts as asked for when its computed parts are words that the code knows."""
    known = vocabulary()
    patterns = {one.pattern for one in ASKED if one.pattern is not None}
    unused = [
        key
        for key in TABLE
        if key not in known
        and not key.startswith(ASKED_ELSEWHERE)
        and not any((hit := form.fullmatch(key)) and all(part in known for part in hit.groups()) for form in patterns)
    ]
    assert unused == [], listed(unused)


def test_the_client_takes_its_words_from_the_tables():
    wrong = [
        f"{short(path)}:{line}: {text[:40]}"
        for path in files(("app",), ".py")
        if short(path) not in TYPED
        for line, text in texts(path)
        if HAN.search(CHINESE_IN_ENGLISH.sub("", text))
    ]
    assert wrong == [], listed(wrong)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_text_can_be_said(lang):
    words.use(lang)
    for key, (zh, _) in TABLE.items():
        assert "{" not in words.t(key, **dict.fromkeys(placeholders(zh), 1)), key


def test_the_scan_sees_the_code():
    assert {one.key for one in ASKED} & {"errors.missing"}
    assert len(ASKED) > 200
    assert len(files(CODE, ".py")) > 100
