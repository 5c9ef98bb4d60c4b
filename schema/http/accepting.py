"""What a client says it likes to get: the `Accept` header (RFC 9110, section 12.5.1)."""


def liked(accept: str) -> dict[str, float]:
    """The media types of an Accept header, each with its quality; "" when there is none."""
    types: dict[str, float] = {}
    for item in accept.split(","):
        name, *parameters = (part.strip().lower() for part in item.split(";"))
        types[name] = min((_quality(parameter) for parameter in parameters), default=1.0)
    return types


def _quality(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
