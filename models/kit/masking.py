"""What may be shown of a sensitive value, by code point; one too short to hide anything is all stars."""


def mask_resident_id(number: str) -> str:
    """First 3 and last 4 digits: `330***********1230`."""
    return _mask(number, head=3, tail=4)


def mask_mobile(number: str) -> str:
    """First 3 and last 4 digits: `138****5678`."""
    return _mask(number, head=3, tail=4)


def mask_account(number: str) -> str:
    """Last 4 digits: `************5678`."""
    return _mask(number, head=0, tail=4)


def mask_name(name: str) -> str:
    """First character and the `·` between parts, as public notices show a name: `王*`, `买**·***`."""
    return _mask(name, head=1, tail=0, keep="·")


def _mask(text: str, *, head: int, tail: int, keep: str = "") -> str:
    if len(text) <= head + tail:
        return "*" * len(text)
    end = len(text) - tail
    return text[:head] + "".join(sign if sign in keep else "*" for sign in text[head:end]) + text[end:]
