"""What a product over HTTP is, of which only the address is known.

A document that describes its requests (OpenAPI) is asked for first; else it is greeted.
"""

from __future__ import annotations

import aiohttp

from prebeta.targets.openapi.live import documented
from prebeta.targets.wire.greeting import greeted
from prebeta.targets.wire.recognised import Recognised


async def recognise(url: str, client: aiohttp.ClientSession) -> Recognised | None:
    """The section for what stands at the address. None where it doesn't answer with JSON in which somebody says
    something."""
    if not url.lower().startswith(("http://", "https://")):
        return None
    found = await documented(url, client) or await greeted(url, client)
    if found is None or found.section["kind"] != "sse":
        return found
    from prebeta.targets.sse.recognise import streamed  # which stands on this package

    return await streamed(found, client) or found
