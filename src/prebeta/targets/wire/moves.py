"""What goes to a product for what its user did."""

from __future__ import annotations

from prebeta.core.types import Press, Say


def sent(move: Say | Press, press_payload: bool) -> tuple[str, str | None]:
    """What `{text}` and `{payload}` stand for: the words that were typed, or of the quick reply that was pressed its title
    (or its payload, where the project wants that in the text's place). An option without a payload has its title for one;
    what was typed has none."""
    if isinstance(move, Say):
        return move.text, None
    option = move.option
    payload = option.title if option.payload is None else option.payload
    return (payload if press_payload else option.title), payload
