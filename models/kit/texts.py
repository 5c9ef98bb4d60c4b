"""Texts in the reader's language: gettext catalogues by key, Chinese by default."""

import gettext
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from models.kit.shown import shown

LOCALES = ("zh", "en")
FOLDER = Path(__file__).parent.parent / "texts"
MAX_HEADER = 500
_RANGE = re.compile(
    r"(?:^|,)\s*(?P<tag>\*|[a-z]{1,8}(?:[-_][a-z0-9]{1,8})*)\s*(?:;\s*q=(?P<quality>0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?\s*(?=,|$)",
    re.IGNORECASE | re.ASCII,
)


@lru_cache
def catalogue(locale: str) -> gettext.GNUTranslations:
    """The merged catalogue of one language: every `models/texts/<locale>/<domain>.po`."""
    merged: gettext.GNUTranslations | None = None
    for path in sorted((FOLDER / locale).glob("*.po")):
        compiled = BytesIO()
        with path.open("rb") as source:
            write_mo(compiled, read_po(source, locale=locale, abort_invalid=True))
        compiled.seek(0)
        part = gettext.GNUTranslations(compiled)
        merged = part if merged is None else _add(merged, part)
    if merged is None:
        raise FileNotFoundError(f"no texts for {locale}")
    return merged


def _add(first: gettext.GNUTranslations, second: gettext.GNUTranslations) -> gettext.GNUTranslations:
    first._catalog.update(second._catalog)  # type: ignore[attr-defined]
    return first


def text(locale: str, key: str, params: Mapping[str, Any] | None = None) -> str:
    """The text of `key` with its parameters filled in as the language writes them; the key itself where no text
    exists."""
    found = catalogue(locale).gettext(key)
    return found.format_map(_Shown(_said(params, locale))) if params else found


@dataclass(frozen=True)
class Listed:
    """A parameter that names several things by the keys of their texts, said in the reader's language."""

    keys: tuple[str, ...]


def _said(params: Mapping[str, Any], locale: str) -> dict[str, Any]:
    return {name: _one_said(name, value, locale) for name, value in params.items()}


def _one_said(name: str, value: Any, locale: str) -> Any:
    if isinstance(value, Listed):
        return text(locale, "list.separator").join(text(locale, key) for key in value.keys)
    return localised(value, locale) if isinstance(value, Mapping) else shown(name, value, locale)


def names(prefix: str, suffix: str) -> list[str]:
    """What stands between prefix and suffix in the keys of the texts: a closed set that its texts define."""
    keys = [key for key in catalogue(LOCALES[0])._catalog if isinstance(key, str)]  # type: ignore[attr-defined]
    return sorted(
        key.removeprefix(prefix).removesuffix(suffix) for key in keys if key.startswith(prefix) and key.endswith(suffix)
    )


class _Shown(dict[str, Any]):
    """A parameter that the caller did not know stays visible instead of failing the answer."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def localised(value: Mapping[str, str] | str | None, locale: str) -> str | None:
    """One language of a text that is kept as data (`{"zh": …, "en": …}`)."""
    if value is None or isinstance(value, str):
        return value
    return value.get(locale) or value.get("zh")


def negotiate(accept_language: str) -> str:
    """The best of our languages for an Accept-Language header (RFC 9110, 12.5.4), of equals the one named first;
    Chinese when nothing fits and it is not refused."""
    wished = _wishes(accept_language[:MAX_HEADER])
    liked = max(wished, key=lambda tag: wished[tag], default="")
    if not wished.get(liked):
        return next((locale for locale in LOCALES if locale not in wished), LOCALES[0])
    return liked if liked != "*" else next(locale for locale in LOCALES if locale not in wished)


def _wishes(accept_language: str) -> dict[str, float]:
    """Quality by language of ours, and by `*` as long as it stands for one of them; in the order of the header."""
    wished: dict[str, float] = {}
    for found in _RANGE.finditer(accept_language):
        language = re.split("[-_]", found["tag"].lower())[0]
        if language in (*LOCALES, "*"):
            wished[language] = max(wished.get(language, 0.0), float(found["quality"] or 1))
    if wished.keys() >= set(LOCALES):
        wished.pop("*", None)
    return wished
