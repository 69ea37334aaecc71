"""Braintrust's SDK, made to say what went wrong.

By itself it keeps rows in a queue, sends them from a thread, tries rejected ones again like any others, prints what failed
and drops it. Here it sends when told to and raises where that failed; repeats are up to the `Postman`, which every request
goes through and which remembers what the last one came to.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from prebeta.core.errors import HarnessError, PrebetaError, UsageError

KEY, APP_URL, ORG = "BRAINTRUST_API_KEY", "BRAINTRUST_APP_URL", "BRAINTRUST_ORG_NAME"
_HOME = "https://www.braintrust.dev"
_TRIES = 4
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.5, 30.0
_TIMEOUT_S = 30.0
_BUSY = 429
_AGAIN = frozenset((408, _BUSY, 500, 502, 503, 504))
_KEY_REFUSED = frozenset((401, 403))
_LONGEST_REASON = 300
# Rows are sent by `flush` alone, which raises where it fails; a request is repeated by the Postman and by nobody else.
_SETTINGS = (("BRAINTRUST_SYNC_FLUSH", "1"), ("BRAINTRUST_NUM_RETRIES", "0"), ("BRAINTRUST_DISABLE_ATEXIT_FLUSH", "1"))


class Rejected(UsageError):
    """Braintrust, or its SDK, takes what was sent for wrong; the same again would be rejected again."""


class Unavailable(HarnessError):
    """Braintrust could not be reached, was too busy or broke; what was not sent can be sent later."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What the last request came to where it failed: the HTTP status, None where there was no answer, and the reason."""

    status: int | None
    reason: str


class Postman:
    """The adapter of `requests` that the SDK's requests go through: those that another try may help are tried again, no
    more than 4 times and never waiting longer than 30 s."""

    def __init__(self, inner: Any, sleep: Callable[[float], None] = time.sleep) -> None:
        self._inner = inner
        self._sleep = sleep
        self.fault: Fault | None = None

    def send(self, request: Any, **options: Any) -> Any:
        """The response, of whatever status. Raises what `requests` raises where there was none."""
        if options.get("timeout") is None:
            options["timeout"] = _timeout()
        for left in reversed(range(_TRIES)):
            wait = _FIRST_WAIT_S * 2 ** (_TRIES - 1 - left)
            try:
                response = self._inner.send(request, **options)
                body = response.text if response.status_code >= 400 else response.content  # read whole while we look
            except OSError as error:  # what `requests` raises is one
                self.fault = Fault(None, _no_answer(error))
                if not left:
                    raise
            else:
                status = response.status_code
                self.fault = None if status < 400 else Fault(status, _short(str(body)))
                if not left or status not in _AGAIN:
                    return response
                wait = _retry_after(response.headers.get("Retry-After")) or wait
            self._sleep(min(wait, _LONGEST_WAIT_S))
        raise AssertionError("the last try returns or raises")

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


class Login:
    """A login of its own beside the SDK's global one. `sdk` is the package, `state` what its functions take as `state`."""

    def __init__(self, sdk: Any, state: Any, postman: Postman) -> None:
        self.sdk = sdk
        self.state = state
        self._postman = postman

    def talking(self) -> Talking:
        """A block in which the SDK is called: what it raises is named."""
        return Talking(self._postman)


class Talking:
    """The boundary to the SDK: whatever it raises becomes Rejected or Unavailable, with a line that says what to do."""

    def __init__(self, postman: Postman) -> None:
        self._postman = postman

    def __enter__(self) -> Talking:
        self._postman.fault = None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Exception) and not isinstance(error, PrebetaError):
            raise _named(self._postman.fault, error) from error


def address() -> str:
    """Where Braintrust is: BRAINTRUST_APP_URL, else its own cloud."""
    return os.environ.get(APP_URL) or _HOME


def log_in() -> Login:
    """Raises UsageError where there is no key, no SDK, or the key is refused; Unavailable."""
    key = os.environ.get(KEY, "").strip()
    if not key:
        raise UsageError(f"no key for Braintrust: set {KEY} (it is taken from the environment alone)")
    sdk, requests = _sdk()
    postman = Postman(requests.HTTPAdapter())
    sdk.set_http_adapter(postman)
    with Talking(postman), _settings():
        state = sdk.logger.login_to_state(app_url=address(), api_key=key, org_name=os.environ.get(ORG) or None)
        state.global_bg_logger()  # made now, while the settings hold
    return Login(sdk, state, postman)


def _sdk() -> tuple[Any, Any]:
    try:
        sdk: Any = importlib.import_module("braintrust")
        importlib.import_module("braintrust.logger")
        return sdk, importlib.import_module("requests.adapters")
    except ImportError as error:
        raise UsageError(f"Braintrust's SDK can't be loaded ({error}): pip install 'prebeta[braintrust]'") from None


@contextlib.contextmanager
def _settings() -> Iterator[None]:
    """The SDK's settings for the time it reads them; they are put back."""
    before = {name: os.environ.get(name) for name, _ in _SETTINGS}
    os.environ.update(_SETTINGS)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def _named(fault: Fault | None, error: Exception) -> PrebetaError:
    if fault is None:
        if isinstance(error, OSError):
            return Unavailable(f"Braintrust at {address()}: {_no_answer(error)}")
        told = " ".join(str(error).split()) or type(error).__name__
        return Rejected(f"Braintrust's SDK does not take it: {_short(told)}")
    if fault.status is None:
        return Unavailable(f"Braintrust can't be reached at {address()} ({fault.reason}); {APP_URL} says where it is")
    if fault.status in _KEY_REFUSED:
        return UsageError(f"Braintrust refuses the key in {KEY} ({fault.status}: {fault.reason})")
    if fault.status == _BUSY:
        return Unavailable(f"Braintrust wants fewer requests (429, {_TRIES} tries); go on later")
    if fault.status in _AGAIN or fault.status >= 500:
        return Unavailable(f"Braintrust broke ({fault.status}, {_TRIES} tries: {fault.reason}); go on later")
    return Rejected(f"{fault.status}: {fault.reason}")


def _no_answer(error: OSError) -> str:
    """In two words: what `requests` tells is long, and full of addresses of objects."""
    name = type(error).__name__
    if "Timeout" in name:
        return f"no answer in {_timeout():g} s"
    return "the connection was refused or the name is unknown" if name == "ConnectionError" else _short(str(error))


def _timeout() -> float:
    try:
        return float(os.environ.get("BRAINTRUST_HTTP_TIMEOUT") or _TIMEOUT_S)
    except ValueError:
        raise UsageError("BRAINTRUST_HTTP_TIMEOUT should be a number of seconds") from None


def _retry_after(told: str | None) -> float | None:
    try:
        return max(0.0, float(told)) if told else None
    except ValueError:
        return None  # a date: our own waits do


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_REASON else text[: _LONGEST_REASON - 1] + "…"
