"""What a wire format must say, what a call gives back or fails with. No I/O here."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from prebeta.core.errors import ModelError
from prebeta.core.protocols import ModelRequest
from prebeta.core.types import Json
from prebeta.models.sse import Event

try:
    import orjson
except ImportError:  # the `fast` extra isn't there
    orjson = None  # type: ignore[assignment,unused-ignore]

_LONGEST_TOLD = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from one call. `data` where the wire carries JSON apart from text; tokens None where not told."""

    text: str
    data: Json = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    whole: bool = True


class CallFailed(ModelError):
    """One call came to nothing.

    `again`: worth another try. `crowded`: the endpoint says that it is too much. `paid`: the provider had begun to
    answer, so that the call likely costs. `detail` is what the provider said, in one line, without our secrets;
    `parameter` the one it names; `without` are those that the call left out.
    """

    def __init__(self, detail: str, *, status: int | None = None, again: bool = False, paid: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail
        self.status = status
        self.again = again
        self.paid = paid
        self.retry_after_s: float | None = None
        self.parameter: str | None = None
        self.without: frozenset[str] = frozenset()

    @property
    def crowded(self) -> bool:
        return self.status in (429, 529)


class Broken(ValueError):
    """A body isn't what the wire format says. `status` where it is an error answer in disguise."""

    def __init__(self, detail: str, status: int | None = None) -> None:
        super().__init__(detail)
        self.status = status


class Collector(Protocol):
    """Puts a streamed answer together."""

    @property
    def started(self) -> bool:
        """Whether something of the answer itself has come."""

    @property
    def ended(self) -> bool:
        """Whether the answer's end has come; a stream that closes before was cut."""

    def take(self, event: Event) -> None:
        """Raises Broken."""

    def answer(self) -> Answer: ...


class Wire(Protocol):
    """A provider's format. `rungs` are its ways to structured output, best first, "prompt" last; `parameters` those of
    a request that can be left out or put another way."""

    rungs: tuple[str, ...]
    parameters: frozenset[str]
    url: str

    def headers(self) -> Mapping[str, str]: ...

    def body(self, request: ModelRequest, rung: str | None, without: Collection[str]) -> dict[str, Any]:
        """The request's JSON; `without` are the names of parameters that the endpoint has refused."""

    def read(self, document: Json) -> Answer:
        """Raises Broken."""

    def collector(self) -> Collector: ...


class Caller(Protocol):
    """Does one call, whatever is behind. `rungs` and `parameters` are those of a Wire."""

    rungs: tuple[str, ...]
    parameters: frozenset[str]

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def call(self, request: ModelRequest, rung: str | None, without: Collection[str]) -> Answer:
        """Raises CallFailed."""


def encode(value: Json) -> bytes:
    """JSON as bytes. What UTF-8 can't hold (lone surrogates) goes as an escape."""
    if orjson is not None:
        try:
            return orjson.dumps(value)
        except TypeError:
            pass
    return json.dumps(value, separators=(",", ":")).encode()


def decode(body: bytes | str) -> Json:
    """Raises ValueError."""
    if orjson is not None:
        return orjson.loads(body)
    try:
        return json.loads(body)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def error_in(document: Json) -> tuple[str, str, str | None]:
    """(message, code or type, parameter) of a provider's error; of anything else its text."""
    found = document.get("error", document) if isinstance(document, Mapping) else document
    if not isinstance(found, Mapping):
        return one_line(str(found)), "", None
    message = found.get("message") or found.get("detail") or found.get("error") or found
    details = found.get("details")
    deeper = details.get("error_code") if isinstance(details, Mapping) else None
    code = deeper or found.get("code") or found.get("type") or ""
    parameter = found.get("param")
    return one_line(str(message)), str(code), parameter if isinstance(parameter, str) else None


def one_line(text: str) -> str:
    """The text in one line, cut."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_TOLD else line[: _LONGEST_TOLD - 1] + "…"


def mapping(value: Json) -> Mapping[str, Any]:
    """The value where it is a mapping, else nothing."""
    return value if isinstance(value, Mapping) else {}


def count(value: Json) -> int | None:
    """A number of tokens as providers tell it; None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
