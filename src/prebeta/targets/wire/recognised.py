"""What a connector makes of an address of which nothing else is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

import aiohttp

from prebeta.core.types import Json


@dataclass(frozen=True, slots=True)
class Recognised:
    """The `target:` section that should work, as plain data with `kind` first. `remarks` say of keys of the section
    (`reply.messages`) why they are as they are; `end_state` is what the product's kind tells of its end, if anything;
    `note` is a line for the person, `source` what the reply's paths were read off. Where it is not `sure`, the other kinds are
    asked before this is taken; where it is not `whole`, it is only what the product showed of itself without answering: no
    recognition, but better than nothing, and `note` says what was tried."""

    section: Mapping[str, Json]
    remarks: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    end_state: Mapping[str, Json] | None = None
    note: str = ""
    sure: bool = True
    whole: bool = True
    source: str = "its answers"


class Recognises(Protocol):
    """What a connector's class has where it can tell its own kind of product: `prebeta init --target URL` asks them all."""

    @classmethod
    async def recognise(cls, url: str, client: aiohttp.ClientSession) -> Recognised | None:
        """What stands at the address, None where it is another kind of product. Sends as little as it can; never raises for
        what the product does. The client's time limit is short."""
