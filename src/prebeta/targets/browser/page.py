"""One conversation's page: what it may load, what goes on in it beside the chat, and what each failure is called."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from yarl import URL

from prebeta.core.errors import Closed, Crashed, Malformed, Refused, TargetError, Timeout, UsageError
from prebeta.targets.browser.chromium import is_allowed
from prebeta.targets.browser.options import BrowserOptions
from prebeta.targets.wire.line import ANNOUNCEMENT, Call, Line
from prebeta.targets.wire.reply import cut

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Dialog, Error, Page, Request, Response, Route, WebSocket

INPAGE = files("prebeta.targets.browser").joinpath("inpage.js").read_text("utf-8")
_ASKS = frozenset(("fetch", "xhr", "document"))
_NOT_THE_PRODUCT = ("net::ERR_ABORTED", "net::ERR_BLOCKED_BY_CLIENT")
_HARMLESS = frozenset(("host", "content-length", "cookie"))
_LONG_SECRET = 16
_LAST = 8
_CLOSING_S = 2.0


@dataclass(slots=True)
class Happened:
    """What went on in a page since the turn began, beside what the chat shows."""

    underway: set[Request] = field(default_factory=set)
    lost: tuple[str, str] | None = None
    """The request that failed last, with nothing that got through after it; and the browser's word for why."""
    statuses: list[tuple[str, int]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    trace: str | None = None


class ChatPage:
    """A page in a browser context of its own. Raises TargetErrors in what it does."""

    def __init__(self, options: BrowserOptions, line: Line, project: Path) -> None:
        self.options = options
        self.line = line
        self.now = Happened()
        self.console: list[str] = []
        self.blocked: list[str] = []
        self.crashed = False
        self.unplugged: str | None = None
        """The WebSocket that was closed last, with nothing received over any since."""
        url = URL(options.url)
        self.url = url.with_user(None)
        self._project = project
        self._call = Call("url", "the page", "GET", self.url)
        self._own = {name: value for name, value in line.headers.items() if name.lower() in line.wiring.own}
        self._trace_header = (line.wiring.trace_header or "traceresponse").lower()
        self._secrets = _long(url.query.values())
        self._context: BrowserContext | None = None
        self._page: Page | None = None

    @property
    def page(self) -> Page:
        assert self._page is not None
        return self._page

    async def open(self, browser: Browser) -> None:
        """A context with cookies of its own and an empty page in it."""
        width, height = self.options.size
        user, password = URL(self.options.url).user, URL(self.options.url).password
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            locale=self.options.locale,
            storage_state=self._stored(),
            http_credentials=None
            if user is None
            else {"username": user, "password": password or "", "origin": str(self.url.origin())},
            accept_downloads=False,
            service_workers="block",  # their requests would pass by our headers and our blocking
        )
        self._context = context
        await context.add_init_script(INPAGE)
        await context.route("**/*", self._let_through)
        self._page = await context.new_page()
        self._listen(self._page)

    async def close(self) -> None:
        from playwright.async_api import Error

        context, self._context = self._context, None
        if context is not None:
            # It may have crashed, or hang: then it goes with the browser.
            with contextlib.suppress(Error, TimeoutError):
                async with asyncio.timeout(_CLOSING_S):
                    await context.close()

    async def goto(self, within_s: float) -> None:
        """Load the page. Raises Refused, Crashed for an error status, Closed, Timeout."""
        from playwright.async_api import Error
        from playwright.async_api import TimeoutError as TooLong

        try:
            answer = await self.page.goto(str(self.url), wait_until="domcontentloaded", timeout=within_s * 1000)
        except TooLong as error:
            raise Timeout(f"the page {self.shown} did not load within {within_s:g} s") from error
        except Error as error:
            raise self._unloaded(error) from error
        if answer is None or answer.status < 400:
            return
        if answer.status == 429:
            raise Refused(f"the page {self.shown} answered 429 (too many requests)", infrastructure=True)
        raise Crashed(f"the page {self.shown} answered {answer.status}")

    @property
    def shown(self) -> str:
        """The page's address without what may be secret in it."""
        return str(self.url.with_query(None).with_fragment(None))

    @property
    def where(self) -> str:
        """The address the page is at now, likewise."""
        return self.hidden(self.page.url.partition("?")[0].partition("#")[0])

    def begin(self) -> None:
        """A new turn: what is still underway stays so."""
        self.now = Happened(trace=self.now.trace)

    def hidden(self, text: str) -> str:
        """A text without header values, tokens of the address, or cookies of the storage state."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return self.line.hidden(text)

    def failed(self, error: Error) -> TargetError:
        """What an error of the browser's says of the product."""
        text = str(error)
        if self.crashed or "crashed" in text:
            return Crashed("the page crashed")
        browser = self._context.browser if self._context is not None else None
        if browser is None or not browser.is_connected():
            return Closed("the browser ended", infrastructure=True)
        if "has been closed" in text:
            return Closed("the page closed itself")
        return Malformed(f"the page can't be used: {self.hidden(text.splitlines()[0][:300])}")

    def lost(self, shows: str = "") -> TargetError | None:
        """The error for a request that did not get through in this turn."""
        if self.now.lost is None:
            return None
        label, why = self.now.lost
        kind = Refused if "REFUSED" in why or "NAME_NOT_RESOLVED" in why else Closed
        word = "was refused" if kind is Refused else "broke off"
        return kind(self.hidden(f"the connection {word} when the page sent {label} ({why}){shows}"))

    def told(self) -> str:
        """What was heard of the page beside the chat, for a failure's evidence."""
        found = {
            "page": self.where,
            "failed": self.now.lost and " ".join(self.now.lost),
            "error answers": [f"{label}: {status}" for label, status in self.now.statuses[-_LAST:]],
            "errors in the page": self.now.errors[-_LAST:],
            "WebSocket closed": self.unplugged,
            "console": self.console[-_LAST:],
            "dialogs": self.now.dialogs,
            "not loaded (target.allow)": self.blocked[:_LAST],
        }
        lines = [f"{name}: {json.dumps(what, ensure_ascii=False)}" for name, what in found.items() if what]
        return cut(self.hidden("\n".join(lines)))

    def _listen(self, page: Page) -> None:
        page.on("request", self._asked)
        page.on("requestfinished", self._answered)
        page.on("requestfailed", self._not_answered)
        page.on("response", self._heard)
        page.on("console", lambda said: self._noted(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.now.errors.append(str(error)[:500]))
        page.on("crash", lambda _: setattr(self, "crashed", True))
        page.on("dialog", self._read_dialog)
        page.on("websocket", self._plugged)

    def _plugged(self, socket: WebSocket) -> None:
        url = URL(socket.url)
        if url.host == self.url.host:
            socket.on("framereceived", lambda _: setattr(self, "unplugged", None))
            socket.on("close", lambda _: setattr(self, "unplugged", url.path))

    def _noted(self, text: str) -> None:
        self.console = [*self.console[1 - _LAST :], text[:500]]

    def _asks(self, request: Request) -> bool:
        return request.resource_type in _ASKS and URL(request.url).host == self.url.host

    def _asked(self, request: Request) -> None:
        if self._asks(request):
            self.now.underway.add(request)

    def _answered(self, request: Request) -> None:
        self.now.underway.discard(request)
        if self._asks(request):
            self.now.lost = None

    def _not_answered(self, request: Request) -> None:
        self.now.underway.discard(request)
        why = request.failure or "failed"
        if self._asks(request) and not why.startswith(_NOT_THE_PRODUCT):
            self.now.lost = (_label(request), why)

    def _heard(self, response: Response) -> None:
        request = response.request
        if not self._asks(request):
            return
        if response.status >= 400:
            self.now.statuses.append((_label(request), response.status))
        told = response.headers.get(self._trace_header)
        if told:
            self.now.trace = told.split("-")[1] if self._trace_header == "traceresponse" and "-" in told else told

    async def _read_dialog(self, dialog: Dialog) -> None:
        from playwright.async_api import Error

        self.now.dialogs.append(dialog.message)
        with contextlib.suppress(Error):
            await (dialog.dismiss() if dialog.type == "prompt" else dialog.accept())

    async def _let_through(self, route: Route) -> None:
        from playwright.async_api import Error

        request = route.request
        url = URL(request.url)
        with contextlib.suppress(Error):  # the page is gone
            if not is_allowed(url.host or "", self.url.host or "", self.options.allow):
                if url.host and url.host not in self.blocked:
                    self.blocked.append(url.host)
                await route.abort("blockedbyclient")
            elif url.host == self.url.host:
                await route.continue_(headers=self._headers(request.headers, own=url.origin() == self.url.origin()))
            else:
                await route.continue_()

    def _headers(self, sent: dict[str, str], *, own: bool) -> dict[str, str]:
        """The page's own headers and ours; those of the project go to the page's own origin alone."""
        ours = self.line.headers_of(self._call)
        added = {name: ours[name] for name in (ANNOUNCEMENT, "traceparent") if name in ours}
        if own:
            added |= self._own
        lower = {name.lower(): value for name, value in added.items()}
        return {name: value for name, value in sent.items() if name.lower() not in _HARMLESS} | lower

    def _unloaded(self, error: Error) -> TargetError:
        text = str(error)
        if "ERR_CONNECTION_REFUSED" in text:
            return Refused(f"the connection was refused: nothing listens at {self.url.host}:{self.url.port}")
        if "ERR_NAME_NOT_RESOLVED" in text:
            return Refused(f"the name {self.url.host!r} does not resolve")
        if "ERR_BLOCKED_BY_CLIENT" in text:
            return Refused(f"the page {self.shown} leads to {', '.join(self.blocked)}; name it in target.allow")
        if "net::" in text:
            why = text[text.index("net::") :].split(maxsplit=1)[0]
            return Closed(f"the page {self.shown} did not load ({why})")
        return self.failed(error)

    def _stored(self) -> str | None:
        """The storage state's path, its values kept out of all evidence. Raises UsageError."""
        if self.options.storage_state is None:
            return None
        path = self._project / self.options.storage_state
        try:
            state = json.loads(path.read_text("utf-8"))
            cookies = [one["value"] for one in state.get("cookies", ())]
            kept = [one["value"] for origin in state.get("origins", ()) for one in origin.get("localStorage", ())]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise UsageError(f"target.storage_state: {path.name} isn't a file of Playwright's storage_state") from error
        self._secrets += _long((*cookies, *kept))
        return str(path)


def _label(request: Request) -> str:
    return f"{request.method} {URL(request.url).path}"


def _long(values: Iterable[str]) -> tuple[str, ...]:
    """Those values that look like tokens: long, without spaces."""
    return tuple(value for value in values if len(value) >= _LONG_SECRET and " " not in value)
