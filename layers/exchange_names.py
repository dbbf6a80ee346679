"""Names that every program can take: Chinese as pinyin, everything else as small ASCII letters."""

import re
import unicodedata


def ascii_name(text: str) -> str:
    """Return a text as lower-case ASCII letters, digits and ``_``: ``四级网格`` becomes ``sijiwangge``."""
    spelt = unicodedata.normalize("NFKC", text)
    if not spelt.isascii():
        from pypinyin import lazy_pinyin

        spelt = "".join(lazy_pinyin(spelt))
    plain = unicodedata.normalize("NFKD", spelt)
    return re.sub(r"[^a-z0-9]+", "_", plain.encode("ascii", "ignore").decode().lower()).strip("_")
