"""A Rasa assistant over its REST channel: 0 to many messages an answer, buttons with payloads, the tracker's slots."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import aiohttp
from yarl import URL

from prebeta.core.errors import Malformed, PrebetaError, TargetError, UsageError
from prebeta.core.types import Json
from prebeta.targets.rasa.conversation import RasaConversation, RasaPlan, no_api
from prebeta.targets.rasa.options import RasaOptions
from prebeta.targets.wire import http_wire, template
from prebeta.targets.wire.line import Line, joined
from prebeta.targets.wire.network import NetworkTarget
from prebeta.targets.wire.paths import finder_or_none
from prebeta.targets.wire.recognised import Recognised

_HELLO = "Hello from Rasa"
_API = "GET /status"


class RasaTarget(NetworkTarget[RasaOptions]):
    """Connector to Rasa's REST channel."""

    Options = RasaOptions

    def __init__(self, options: RasaOptions, folder: Path) -> None:
        super().__init__(options, folder)
        self._plan = RasaPlan(
            url=self.wiring.url_of(options.path),
            label=f"POST {options.path}",
            start=options.start,
            press_payload=options.press == "payload",
            metadata=template.compile_json(options.metadata) if options.metadata else None,
            tracker=self.wiring.url_of("/conversations/") if options.state == "tracker" else None,
            token=options.token,
            ended=finder_or_none(options.ended, "target.ended"),
        )

    def session(self, line: Line) -> RasaConversation:
        return RasaConversation(self._plan, line)

    def explained(self, error: TargetError, line: Line) -> PrebetaError:
        """As any; where the tracker is refused, what Rasa must be started with."""
        refused = no_api(line.last, self.options.token is not None)
        return super().explained(error, line) if refused is None else UsageError(refused)

    @classmethod
    async def recognise(cls, url: str, client: aiohttp.ClientSession) -> Recognised | None:
        """Rasa says its name at /; also where the address is that of the REST channel itself."""
        base = url.partition("/webhooks/")[0].rstrip("/")
        seen = await _seen(base, client)
        if seen is None:
            return None
        section: dict[str, Json] = {"kind": "rasa", "url": base}
        remarks: dict[str, str] = {}
        note = f"Rasa {seen.version} answers there" if seen.version else "Rasa answers there"
        if seen.api_is_open:
            section["state"] = "tracker"
            remarks["state"] = "slots and actions after each answer, from Rasa's HTTP API"
        else:
            note += "; for slots as state: run it with --enable-api, and set state: tracker (and token, if it has one)"
        if not seen.rest:
            note += "; its REST channel is off: put `rest:` into credentials.yml"
        return Recognised(section, remarks, note=note)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a Rasa server shows of itself."""

    version: str | None
    rest: bool
    api_is_open: bool


async def _seen(base: str, client: aiohttp.ClientSession) -> _Seen | None:
    status, body = await _asked(f"{base}/", client)
    hello = body.decode("utf-8", "replace") if status == 200 else ""
    version = hello.partition(":")[2].strip() or None if hello.startswith(_HELLO) else None
    if not hello.startswith(_HELLO):
        status, body = await _asked(joined(base, "/version"), client)
        told = _json(body) if status == 200 else None
        if not isinstance(told, dict) or "minimum_compatible_version" not in told:
            return None
        version = str(told.get("version") or "") or None
    rest, _ = await _asked(joined(base, "/webhooks/rest/"), client)
    api, _ = await _asked(joined(base, "/status"), client)
    return _Seen(version, rest == 200, api == 200)


async def _asked(url: str, client: aiohttp.ClientSession) -> tuple[int | None, bytes]:
    try:
        async with client.get(URL(url)) as response:
            return response.status, await http_wire.read(response)
    except (aiohttp.ClientError, OSError, ValueError, http_wire.HalfRead, Malformed):
        return None, b""


def _json(body: bytes) -> Json:
    try:
        return http_wire.decode(body)
    except ValueError:
        return None
