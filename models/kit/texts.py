"""Texts in the reader's language: gettext catalogues by key, Chinese by default."""

import gettext
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = ("zh", "en")
FOLDER = Path(__file__).parent.parent / "texts"


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
    """The text of `key` with its parameters filled in; the key itself where no text exists."""
    found = catalogue(locale).gettext(key)
    return found.format_map(_Shown(_said(params, locale))) if params else found


@dataclass(frozen=True)
class Listed:
    """A parameter that names several things by the keys of their texts, said in the reader's language."""

    keys: tuple[str, ...]


def _said(params: Mapping[str, Any], locale: str) -> dict[str, Any]:
    return {
        name: text(locale, "list.separator").join(text(locale, key) for key in value.keys)
        if isinstance(value, Listed)
        else value
        for name, value in params.items()
    }


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
    """The best of our languages for an Accept-Language header, by quality; Chinese when none fits."""
    best, best_quality = LOCALES[0], 0.0
    for item in accept_language[:500].split(","):
        tag, _, parameter = item.strip().partition(";")
        quality = _quality(parameter)
        language = tag.strip().lower().partition("-")[0]
        if quality > best_quality and language in LOCALES:
            best, best_quality = language, quality
    return best


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
