"""The membership card: its number, and the short-lived text that its QR code shows."""

from datetime import timedelta

from models.kit import clock, counters, crypto

VALID_FOR = timedelta(minutes=10)
_PREFIX = "UNION1"


async def claim_number(division_code: str) -> str:
    """The next card number of a city: its four digits and eight more."""
    city = division_code[:4]
    return f"{city}{await counters.claim(f'card.{city}'):08d}"


def qr_text(card_number: str) -> str:
    """What the QR code of a card says for the next minutes: number, end, and a seal nobody else can make."""
    until = int((clock.now() + VALID_FOR).timestamp())
    return f"{_PREFIX}.{card_number}.{until}.{_seal(card_number, until)}"


def number_shown(text: str) -> str | None:
    """The card number of a QR text that is genuine and not over."""
    prefix, *parts = text.strip().split(".")
    if prefix != _PREFIX or len(parts) != 3 or not parts[1].isdecimal():
        return None
    number, until, seal = parts[0], int(parts[1]), parts[2]
    return number if seal == _seal(number, until) and until >= clock.now().timestamp() else None


def _seal(card_number: str, until: int) -> str:
    return crypto.keyed_digest(f"{card_number}.{until}", "card")[:20]
