"""The tools of a boat hire's assistant, with what is reserved held in memory."""

from __future__ import annotations

from typing import Literal

Boat = Literal["rowing boat", "canoe", "pedal boat"]
Day = Literal["Friday", "Saturday", "Sunday"]
FREE = {"Friday": 3, "Saturday": 1, "Sunday": 2}
RESERVED: dict[str, dict[str, object]] = {}


def free_boats(day: Day) -> dict[str, object]:
    """How many boats of each kind are free on a day."""
    return {"day": day, "free": FREE[day]}


async def reserve(boat: Boat, day: Day, hours: int, session: str) -> dict[str, object]:
    """Reserve a boat.

    Args:
        boat: The kind of boat.
        day: The day of the hire.
        hours: For how long, 1 to 8.
    """
    if not 1 <= hours <= 8:
        raise ValueError("we hire for 1 to 8 hours")
    RESERVED[session] = {"number": f"B-{len(RESERVED) + 1}", "boat": boat, "day": day, "hours": hours}
    return RESERVED[session]
