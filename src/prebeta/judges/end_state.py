"""The end state: the check that finds it as a conversation runs, and the judge that compares it with what was said."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from prebeta.core.blocking import Workers
from prebeta.core.errors import JudgeError
from prebeta.core.types import EndState, Reply, Transcript, Turn, Verdict
from prebeta.judges.facts import FactReader, FactRule, as_document, finder
from prebeta.judges.held import UNSAID, WrongValue, unsaid_values, wrong_values
from prebeta.plugins import attribute

if TYPE_CHECKING:
    import aiohttp

VERSION = "1"
_PROBE_S = 10.0


class ProbeRule(Protocol):
    @property
    def get(self) -> str: ...
    @property
    def path(self) -> str | None: ...
    @property
    def equals(self) -> Any: ...


class WhenRule(Protocol):
    """`end_state.when`: all of what is given must hold."""

    @property
    def ended(self) -> bool | None: ...
    @property
    def state(self) -> str | None: ...
    @property
    def path(self) -> str | None: ...
    @property
    def says(self) -> str | None: ...
    @property
    def probe(self) -> ProbeRule | None: ...
    @property
    def function(self) -> Any: ...


class EndStateCheck:
    """Asks after each product turn whether the end state is reached. An async context manager, for the probe's sake
    and for the threads in which a function that blocks is called."""

    def __init__(
        self,
        when: WhenRule,
        facts: Mapping[str, FactRule],
        handoff: str | None = None,
        probe: Probe | None = None,
        folder: Path = Path(),
    ) -> None:
        self._ended, self._state, self._probe = when.ended, when.state, probe
        self._path = finder(when.path) if when.path else None
        self._says = re.compile(when.says, re.I) if when.says else None
        self._handoff = re.compile(handoff, re.I) if handoff else None
        self._function = attribute(when.function) if isinstance(when.function, str) else when.function
        self._workers = Workers("prebeta-end-state")
        self.facts = FactReader(facts)
        self.folder = folder

    @property
    def instant(self) -> bool:
        """Whether it asks nobody, and so needs no time limit."""
        return self._probe is None and self._function is None

    async def __aenter__(self) -> EndStateCheck:
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._workers.close()
        if self._probe is not None:
            await self._probe.close()

    async def __call__(self, turns: Sequence[Turn], reply: Reply) -> EndState | None:
        """The end state where it is reached, with the values the product holds; a hand-off; or None."""
        if reply.problem is not None:
            return None
        if self._handoff is not None and self._handoff.search(reply.text) and _closes(reply):
            return EndState("handed_off", evidence=reply.text)
        if not self._holds(reply):
            return None
        if self._probe is not None and not await self._probe.holds(reply):
            return None
        if self._function is not None:
            return await self._ask_function(turns, reply)
        return EndState("reached", self.facts.read_all(turns, reply))

    def _holds(self, reply: Reply) -> bool:
        """The conditions that need nobody else."""
        if self._ended is not None and reply.ended is not self._ended:
            return False
        if self._state is not None and bool(reply.state) is not (self._state == "present"):
            return False
        if self._path is not None and not self._path(as_document(reply)):
            return False
        return self._says is None or self._says.search(reply.text) is not None

    async def _ask_function(self, turns: Sequence[Turn], reply: Reply) -> EndState | None:
        """The project's own function: it returns an EndState, a mapping of values, or true and false."""
        if inspect.iscoroutinefunction(self._function):
            found = await self._function(turns, reply)
        else:  # it may block, and other conversations' clocks are running
            found = await self._workers.run(partial(self._function, turns, reply))
            found = await found if inspect.isawaitable(found) else found
        if isinstance(found, EndState) or found is None or found is False:
            return found or None
        if isinstance(found, Mapping):
            return EndState("reached", dict(found))
        if found is True:
            return EndState("reached", self.facts.read_all(turns, reply))
        raise JudgeError(f"end_state function returned {type(found).__name__}; expected bool, dict, EndState or None")


class Probe:
    """Asks the product's side over HTTP. `{session}` in the path is the product's id of the conversation.

    `headers` go with each request, as they are; an answer that takes longer than `timeout_s` is none. No cookies are kept:
    all conversations ask with one client.
    """

    def __init__(
        self, rule: ProbeRule, base_url: str, headers: Mapping[str, str] | None = None, timeout_s: float = _PROBE_S
    ) -> None:
        self._url = rule.get if "://" in rule.get else base_url.rstrip("/") + "/" + rule.get.lstrip("/")
        self._path = finder(rule.path) if rule.path else None
        self._equals, self._headers, self._timeout_s = rule.equals, dict(headers or {}), timeout_s
        self._client: aiohttp.ClientSession | None = None

    async def holds(self, reply: Reply) -> bool:
        """Whether the probe finds what it looks for. Raises JudgeError where it gets no usable answer."""
        import aiohttp

        from prebeta.models.redirects import staying

        if self._client is None:
            self._client = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=self._timeout_s),
                trace_configs=[staying()],
            )
        url = self._url.replace("{session}", quote(reply.session or "", safe=""))
        try:
            async with self._client.get(url, headers=self._headers) as answer:
                if answer.status == 404:
                    return False
                if answer.status >= 400:
                    raise JudgeError(f"the end-state probe got {answer.status} from {_shown(url)}")
                document = await answer.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            why = self._why(error)
            raise JudgeError(f"the end-state probe got no usable answer from {_shown(url)}: {why}") from error
        found = self._path(document) if self._path is not None else document
        return bool(found) if self._equals is None else found == self._equals

    def _why(self, error: Exception) -> str:
        """What went wrong, without the address: its query may hold a secret, and aiohttp quotes it."""
        import aiohttp

        from prebeta.models.redirects import LeadsElsewhere

        if isinstance(error, LeadsElsewhere):
            return f"it redirects to {error.to}, which gets none of the product's headers; ask that address, if it is right"
        if isinstance(error, TimeoutError):
            return f"no answer within {self._timeout_s:g} s"
        if isinstance(error, aiohttp.ClientConnectorError):
            return f"no connection to {error.host}:{error.port}"
        if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
            return "its answer isn't JSON"
        if isinstance(error, ValueError):
            return "it isn't an address, or has a user in it beside an Authorization header"
        return "the connection broke off"

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()


def _shown(url: str) -> str:
    """An address without user, password and query."""
    scheme, sign, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{sign}{host.rpartition('@')[2]}{slash}{path}".partition("?")[0].partition("#")[0]


class EndStateJudge:
    """Holds the end state's values against those last uttered."""

    name = "end_state"

    def __init__(self, facts: FactReader) -> None:
        self._facts = facts

    async def __call__(self, transcript: Transcript) -> Sequence[Verdict]:
        """A fail per wrong fact; a pass where all that was said is held; nothing where the end wasn't reached."""
        if transcript.end is None or transcript.end.kind != "reached":
            return ()
        wrong = [self._verdict(value, transcript) for value in wrong_values(transcript, self._facts)]
        wrong += [self._unsaid(value, transcript) for value in unsaid_values(transcript, self._facts)]
        return wrong or (Verdict(self.name, VERSION, "pass", reason="the end state holds what was said"),)

    def _unsaid(self, wrong: WrongValue, transcript: Transcript) -> Verdict:
        kind = "FALSE_DONE" if wrong.value is None else "WRONG_RESULT"
        held = "nothing" if wrong.value is None else repr(wrong.value)
        reason = f"{wrong.slot}: {UNSAID}; the product holds {held}"
        return Verdict(
            self.name, VERSION, "fail", kind, wrong.turn, wrong.slot, transcript.turns[wrong.turn].text, reason
        )

    def _verdict(self, wrong: WrongValue, transcript: Transcript) -> Verdict:
        kind = "LOST_CORRECTION" if wrong.old else "WRONG_RESULT"
        if wrong.value is None:
            kind = "IGNORED_INPUT"
        held = "nothing" if wrong.value is None else repr(wrong.value)
        reason = f"{wrong.slot}: the user last said {wrong.wanted!r}, the product holds {held}"
        return Verdict(
            self.name, VERSION, "fail", kind, wrong.turn, wrong.slot, transcript.turns[wrong.turn].text, reason
        )


def _closes(reply: Reply) -> bool:
    """A reply after which nothing is left to say: it ends, or asks and offers nothing."""
    return reply.ended or not (reply.options or "?" in reply.text)
