"""One conversation with a chat on a web page."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from prebeta.core.errors import Closed, Crashed, Malformed, TargetError, Timeout
from prebeta.core.types import Json, Leave, Move, Press, Reply, Wait
from prebeta.targets.browser.chat import Chat, Shown
from prebeta.targets.browser.chromium import Chromium
from prebeta.targets.browser.options import BrowserOptions
from prebeta.targets.browser.page import ChatPage
from prebeta.targets.browser.screenshots import Album
from prebeta.targets.wire.line import Line
from prebeta.targets.wire.probing import blamed_on_probe
from prebeta.targets.wire.reply import cut, plain

_ANSWER_S = 30.0
"""For an answer, where neither the project nor its limits say how long one may take."""
_LAG_S = 0.3
"""Seconds beyond the end of a turn that a page may take to answer us before it counts as hanging."""
_PICTURE_S = 2.0
_SURELY_S = 1.5
"""Seconds without a change after which a request that failed, or an error shown, is taken for all that will come."""


class BrowserConversation:
    """A session: a page of its own, entered before and left after the conversation.

    Raises Refused and Closed for a page or a request of it that doesn't get through, Crashed for error answers and a page
    that crashed, Malformed for a page without the chat or a chat that shows an error, Timeout.
    """

    def __init__(self, options: BrowserOptions, line: Line, chromium: Chromium, project: Path) -> None:
        self._options, self._line, self._chromium = options, line, chromium
        self._page = ChatPage(options, line, project)
        self._chat = Chat(self._page)
        self._album = Album(project, line.context.id)
        self._replies = 0
        self._last = Reply()
        self._failing = self._failed = False
        patience_s = line.context.patience_s or _ANSWER_S
        # Ours comes first, so that a silence is told with its evidence and its picture.
        patience_s -= min(1.0, patience_s / 5)
        self._patience_s = min(patience_s, options.timeout_s or patience_s)
        self._deadline = 0.0

    async def __aenter__(self) -> BrowserConversation:
        try:
            await self._page.open(await self._chromium.browser())
        except BaseException:
            await self._page.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            if self._failing:  # given up from outside, in the middle of a turn
                await self._picture()
            if self._line.context.patience_s is not None or self._failed:  # not of a connection check that went well
                await self._album.write()
        finally:
            await self._page.close()

    async def look(self) -> str:
        """What is typed into on the page. Raises as `start` does."""
        self._deadline = self._chat.deadline = time.monotonic() + self._patience_s
        await self._page.goto(self._patience_s)
        return await self._chat.find()

    async def start(self) -> Reply:
        """What the chat shows when it has been opened; empty where that is nothing within `greeting_s`."""
        async with self._turn():
            await self._page.goto(self._patience_s)
            await self._chat.find()
            return await self._reply(await self._greeting())

    async def send(self, move: Move) -> Reply:
        """The answer to what was typed or clicked; Wait gives what came late. A quick reply that is no longer there is
        typed: nobody can click it."""
        if isinstance(move, Leave):
            return Reply()
        async with self._turn():
            if isinstance(move, Wait):
                await self._chat.ready(None, self._replies)
                return await self._reply(await self._late())
            if not move.text.strip():
                return await self._nothing_said()
            await self._chat.ready(move.text, self._replies)
            if not (isinstance(move, Press) and await self._chat.press(move.option)):
                await self._chat.say(move.text)
            return await self._reply(await self._answer())

    async def _nothing_said(self) -> Reply:
        """Enter, with nothing typed: most chats send nothing then. What came, or else what is to be read as before."""
        await self._chat.ready("", self._replies)
        await self._chat.say("")
        shown = await self._late()
        if self._page.now.underway or shown.typing or shown.answered:
            return await self._reply(await self._answer())
        stands = self._last
        return replace(stands, state=(await self._reply(shown)).state)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """One turn: its clock, and the picture and evidence of what goes wrong in it."""
        self._deadline = self._chat.deadline = time.monotonic() + self._patience_s
        self._page.begin()
        self._failing = True
        try:
            async with asyncio.timeout(self._patience_s + _LAG_S):
                yield
        except TimeoutError as error:
            self._failing, self._failed = False, True  # no picture: that would hang as well
            detail = f"no answer within {self._patience_s:g} s, and the page itself hangs"
            raise Timeout(detail, self._page.told()) from error
        except TargetError as error:
            raise await self._told(error) from error
        self._failing = False
        if self._options.screenshots == "turns":
            await self._picture()
        self._replies += 1

    async def _greeting(self) -> Shown:
        """The first words, or none: the chat may still be loading, or be waiting for the user."""
        begun = time.monotonic()
        while True:
            shown = await self._chat.settle(need=True, quiet_s=self._options.quiet_s, slice_s=0.25)
            waited_s = time.monotonic() - begun
            if shown.settled and not self._page.now.underway:
                return shown
            busy = self._page.now.underway or shown.quiet_s < self._options.quiet_s
            if waited_s > self._options.greeting_s and not busy:
                await self._chat.at_rest()  # what seems to be typing isn't: it always looks so
                return shown
            if time.monotonic() > self._deadline or (waited_s > 2 * self._options.greeting_s and not shown.typing):
                return shown

    async def _late(self) -> Shown:
        while True:
            shown = await self._chat.settle(need=False, quiet_s=self._options.quiet_s)
            if shown.settled or time.monotonic() > self._deadline:
                return shown

    async def _answer(self) -> Shown:
        """What the chat shows when the product is through. Raises TargetErrors where that is an error, or nothing."""
        while True:
            shown = await self._chat.settle(need=True, quiet_s=self._options.quiet_s, slice_s=self._slice_s())
            # A request that is still underway may be the next words, or a long poll: wait a little longer.
            long_s = min(4 * self._options.quiet_s, self._options.quiet_s + 3)
            if shown.settled and (not self._page.now.underway or shown.quiet_s >= long_s):
                await self._refuse_errors(shown)
                return shown
            if not shown.answered and not shown.typing:
                await self._refuse_silence(shown)
            if time.monotonic() > self._deadline:
                raise await self._silence(shown)

    def _slice_s(self) -> float:
        return max(0.05, min(1.0, self._deadline - time.monotonic()))

    async def _refuse_errors(self, shown: Shown) -> None:
        """Raises where the answer is none, but an error that the widget shows for one."""
        lost = self._page.lost(_quoted(shown.messages or shown.notices))
        if lost is not None:
            raise lost
        proper = [one for one in shown.messages if one not in shown.failures]
        if not proper and shown.failures and not shown.options and not shown.ended:
            raise self._error_shown(shown.failures)

    async def _refuse_silence(self, shown: Shown) -> None:
        """Raises where nothing came and it is known that nothing will."""
        happened, options = self._page.now, self._options
        if happened.underway or shown.quiet_s < max(2 * options.quiet_s, _SURELY_S):
            return
        lost = self._page.lost(_quoted(shown.notices))
        if lost is not None:
            raise lost
        if self._page.unplugged is not None:
            quoted = _quoted(shown.notices)
            raise Closed(self._page.hidden(f"the page's WebSocket {self._page.unplugged} was closed{quoted}"))
        if shown.notices or happened.statuses:
            raise self._error_shown(shown.notices)
        if not shown.there and shown.quiet_s >= 2 * _SURELY_S:
            raise Closed(f"the chat is gone: the page went to {self._page.where}")
        if happened.errors:
            raise Malformed(f"the page's own script failed: {self._page.hidden(happened.errors[-1].splitlines()[0])}")
        if shown.changed and shown.quiet_s >= 2 * _SURELY_S and await self._chat.unheard():
            raise await self._chat.unheard_error()

    def _error_shown(self, texts: tuple[str, ...]) -> TargetError:
        quoted = _quoted(texts)
        if self._page.now.statuses:
            label, status = self._page.now.statuses[-1]
            return Crashed(self._page.hidden(f"{label} answered {status}{quoted}"))
        return Malformed(self._page.hidden(f"no answer but an error{quoted}"))

    async def _silence(self, shown: Shown) -> TargetError:
        if await self._chat.unheard():
            return await self._chat.unheard_error()
        within = f"within {self._patience_s:g} s"
        if shown.typing:
            return Timeout(f"the product was still typing when {self._patience_s:g} s were up")
        if shown.answered:
            return Timeout(f"the answer was still changing when {self._patience_s:g} s were up")
        if self._page.now.underway:
            return Timeout(f"no answer {within}; a request of the page is still waiting for one")
        return Timeout(f"no answer {within}")

    async def _reply(self, shown: Shown) -> Reply:
        self._chat.seen = shown.everything or self._chat.seen
        dialogs = tuple(self._page.now.dialogs)
        session = await self._evaluated("session")
        with blamed_on_probe():
            state = await self._evaluated("state")
        self._last = Reply(
            messages=tuple(self._page.hidden(text) for text in (*shown.messages, *dialogs)),
            options=tuple(replace(one, title=self._page.hidden(one.title)) for one in shown.options),
            state=state,
            ended=shown.ended,
            session=session if session is None or isinstance(session, str) else json.dumps(session),
            trace=self._page.now.trace,
        )
        return self._last

    async def _evaluated(self, name: str) -> Json:
        expression = getattr(self._options, name)
        if expression is None:
            return None
        found = json.dumps(plain(await self._chat.evaluate(name, expression)))
        return json.loads(self._page.hidden(found))

    async def _told(self, error: TargetError) -> TargetError:
        """The error with what the page tells of it, and its picture."""
        pictured = await self._picture()
        self._failing, self._failed = False, True
        told = [
            error.raw,
            f"screenshot: {self._album.tells(self._turn_index)}" if pictured else None,
            self._page.told(),
        ]
        if pictured:
            told.append(await self._on_page())
        raw = cut("\n".join(one for one in told if one))
        return type(error)(self._page.hidden(error.detail), raw, infrastructure=error.infrastructure)

    async def _on_page(self) -> str:
        from playwright.async_api import Error

        try:
            async with asyncio.timeout(_PICTURE_S):
                found = await self._chat.inventory()
        except (TimeoutError, TargetError, Error):
            return ""
        return self._page.hidden(f"on the page: {found['text']}")

    async def _picture(self) -> bool:
        """Take a picture of the page for this turn; whether it could be had."""
        from playwright.async_api import Error

        if self._options.screenshots == "none":
            return False
        try:
            picture = await self._page.page.screenshot(type="jpeg", quality=60, timeout=_PICTURE_S * 1000)
        except Error:
            return False  # the page is gone, or hangs
        self._album.add(self._turn_index, picture)
        return True

    @property
    def _turn_index(self) -> int:
        """Of the product's turn in the transcript; the prefix is part of the first."""
        return 2 * max(0, self._replies - len(self._line.context.prefix))


def _quoted(texts: tuple[str, ...]) -> str:
    """What the page shows, for an error's line."""
    line = " ".join(" ".join(texts).split())
    return f"; the page shows: {line[:200]}{'…' if len(line) > 200 else ''}" if line else ""
