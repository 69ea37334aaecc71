"""The chat on a page: found in one of its frames, read and used as a person does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from prebeta.core.errors import Closed, Malformed, TargetError, Timeout, UsageError
from prebeta.core.types import Json, Option
from prebeta.targets.browser.options import BrowserOptions
from prebeta.targets.browser.page import ChatPage
from prebeta.targets.wire.reply import clean

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle, Frame

T = TypeVar("T")
_ASK = "([name, told]) => globalThis[Symbol.for('prebeta.chat')](name, ...told)"
_GONE = ("context was destroyed", "was detached", "Cannot find context", "because of a navigation", "not a function")
_PATIENCE_S = 5.0
_LAUNCHER_S = 1.0
_PASTED = 200
"""Characters beyond which a text is pasted: nobody types that much, and each key costs two messages to the browser."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the chat shows that wasn't there before. `quiet_s`: for how long nothing has changed; `changed`: whether the
    page's text has, in this turn; `there`: whether a chat is to be seen at all."""

    settled: bool
    answered: bool
    quiet_s: float
    typing: bool
    ended: bool
    changed: bool
    there: bool
    messages: tuple[str, ...]
    failures: tuple[str, ...]
    """Messages that look like an error of the widget's own; they are in `messages` too."""
    options: tuple[Option, ...]
    notices: tuple[str, ...]
    """Errors shown elsewhere on the page."""
    everything: tuple[str, ...]


class Chat:
    """The chat of one page. `seen` are the messages that were on the page when the last turn was over; `deadline` is when
    this turn's time is up, by the monotonic clock."""

    def __init__(self, page: ChatPage) -> None:
        self.page = page
        self.options: BrowserOptions = page.options
        told = self.options
        self._selectors = {
            name: getattr(told, name)
            for name in ("messages", "user", "input", "buttons", "typing", "ended")
            if getattr(told, name) is not None
        }
        self._frame: Frame | None = None
        self.seen: tuple[str, ...] = ()
        self.turn = 0
        self.deadline = 0.0
        self._said: str | None = None

    async def find(self) -> str:
        """Open the chat and find its frame; what is typed into. Raises UsageError for a bad selector, Malformed that says
        what is on the page where there is no chat."""
        for selector in self.options.opened_by:
            await self._click_first(selector)
        launched = bool(self.options.opened_by)
        begun = time.monotonic()
        while True:
            found = await self._look()
            if found is not None:
                return found
            now = time.monotonic()
            if not launched and self.options.input is None and now - begun > _LAUNCHER_S:
                launched = await self._launch()
            if now > min(self.deadline, begun + 2 * _PATIENCE_S):
                raise await self._not_there()
            await asyncio.sleep(0.1)

    async def settle(self, *, need: bool, quiet_s: float, slice_s: float = 1.0) -> Shown:
        """What the chat shows when nothing has changed for `quiet_s`, or after `slice_s`."""
        said = await self._ask("settle", self._selectors, self._args(need=need, quiet_s=quiet_s, slice_s=slice_s))
        return _shown(said)

    async def ready(self, text: str | None, turn: int) -> None:
        """A turn begins: wait until the chat takes something. `text` is what will be said; None where nothing."""
        self.turn, self._said = turn, text
        while True:
            told = await self._ask("begin", self._selectors, self._args())
            if text is None or (told["input"] and not told["disabled"]):
                return
            if time.monotonic() > self.deadline:
                if told["input"]:
                    raise Timeout("the chat's input stayed disabled, so nothing could be typed")
                raise Malformed(f"the chat's input{self._named('input')} is gone from the page")
            await asyncio.sleep(0.1)

    async def say(self, text: str) -> None:
        """Type and send. Raises Malformed where it can't be done."""
        field = await self._handle("input", self._selectors)
        if field is None:
            raise Malformed(f"the chat's input{self._named('input')} is gone from the page")
        await self._click(field, "the chat's input", "input")
        keyboard = self.page.page.keyboard
        if await self._ask("typed", self._selectors):
            await keyboard.press("ControlOrMeta+a")
        is_line = await field.evaluate("one => one.tagName === 'INPUT'")
        for number, part in enumerate(text.split("\n")):
            if number:
                await (keyboard.insert_text(" ") if is_line else keyboard.press("Shift+Enter"))
            await (keyboard.type(part) if len(part) <= _PASTED else keyboard.insert_text(part))
        if text.strip() and not await self._ask("typed", self._selectors):
            raise Malformed(f"nothing can be typed into the chat's input{self._named('input')}")
        await self._send()

    async def press(self, option: Option) -> bool:
        """Click a quick reply; False where there is none of that name (any more)."""
        told = await self._handle("offer", self._selectors, self._args(), option.title, option.payload)
        if told is None:
            return False
        await self._click(told, f"the button {option.title!r}", "buttons")
        return True

    async def at_rest(self) -> None:
        """What looks like typing now does so always."""
        await self._ask("atRest", self._selectors)

    async def unheard(self) -> bool:
        """Whether the project's selector for messages matches nothing at all."""
        return self.options.messages is not None and not await self._ask("count", self.options.messages)

    async def inventory(self) -> Mapping[str, Any]:
        """What is on the page, by kinds."""
        found: Mapping[str, Any] = await self._ask("inventory")
        return found

    async def evaluate(self, name: str, expression: str) -> Json:
        """A JavaScript expression's value. Raises Malformed that names the option."""
        from playwright.async_api import Error

        try:
            return await self._here().evaluate(expression)
        except Error as error:
            line = self.page.hidden(str(error).splitlines()[0][:200])
            raise Malformed(f"target.{name} can't be evaluated in the page: {line}") from error

    async def _send(self) -> None:
        if self.options.send is not None:
            button = await self._handle("find", self.options.send)
            if button is None:
                raise Malformed(f"target.send: {self.options.send!r} matches nothing on the page")
            await self._click(button, "the send button", "send")
            return
        await self.page.page.keyboard.press("Enter")
        for wait_s in (0.0, 0.1, 0.3):
            await asyncio.sleep(wait_s)
            if not await self._ask("typed", self._selectors):
                return
        button = await self._handle("sender", self._selectors)
        if button is not None:
            await self._click(button, "the send button", "send")

    async def _click(self, element: ElementHandle, what: str, option: str) -> None:
        """As a person clicks: where it is to be seen and nothing lies over it."""
        from playwright.async_api import Error
        from playwright.async_api import TimeoutError as TooLong

        left_s = self.deadline - time.monotonic()
        try:
            await element.click(timeout=max(0.2, min(_PATIENCE_S, left_s - 0.5)) * 1000)
        except TooLong as error:
            over = next((line.strip(" -") for line in str(error).splitlines() if "intercepts" in line), None)
            hint = "; is there something to click away first (target.open)?" if over else f"; is target.{option} right?"
            detail = f"{what} can't be clicked{f': {over[:200]}' if over else ''}{hint}"
            raise Malformed(self.page.hidden(detail)) from error
        except Error as error:
            if any(word in str(error) for word in (*_GONE, "not attached")):
                return  # the click itself led away, or the list was drawn anew at that moment
            raise self.page.failed(error) from error

    async def _look(self) -> str | None:
        """The description of where one types in the first frame that has it, the wanted one if there is one."""
        for frame in await self._frames():
            try:
                told = await self._in(frame, "look", self._selectors)
            except _Navigating:
                continue
            if told["input"]:
                self._frame = frame
                return str(told["input"])
        return None

    async def _frames(self) -> list[Frame]:
        main = self.page.page.main_frame
        if self.options.iframe is None:
            return [main, *(frame for frame in self.page.page.frames if frame is not main and not frame.is_detached())]
        self._frame = main
        try:
            element = await self._found("find", self.options.iframe)
        except _Navigating:
            return []
        frame = await element.content_frame() if element is not None else None
        return [] if frame is None else [frame]

    async def _launch(self) -> bool:
        self._frame = self.page.page.main_frame
        button = await self._handle("launcher")
        if button is not None:
            await self._click(button, "the button that opens the chat", "open")
        return button is not None

    async def _click_first(self, selector: str) -> None:
        self._frame = self.page.page.main_frame
        until = min(self.deadline, time.monotonic() + _PATIENCE_S)
        while (element := await self._handle("find", selector)) is None:
            if time.monotonic() > until:
                raise await self._nothing("open", selector)
            await asyncio.sleep(0.1)
        await self._click(element, f"target.open ({selector!r})", "open")

    async def _not_there(self) -> TargetError:
        self._frame = self._frame or self.page.page.main_frame
        for name in ("iframe", "input"):
            selector = getattr(self.options, name)
            if selector is not None and not (name == "input" and await self._ask("count", selector)):
                return await self._nothing(name, selector)
        blocked = f" (not loaded: {', '.join(self.page.blocked)}; see target.allow)" if self.page.blocked else ""
        raw = await self._listed()
        return Malformed(
            f"no chat to type into at {self.page.shown}{blocked}; is target.open or target.input needed? {raw}"
        )

    async def _nothing(self, name: str, selector: str) -> TargetError:
        return Malformed(f"target.{name}: {selector!r} matches nothing on {self.page.shown}; {await self._listed()}")

    async def _listed(self) -> str:
        found = await self.inventory()
        kinds = ("inputs", "buttons", "messages", "frames")
        told = "; ".join(f"{kind}: {', '.join(found[kind])}" for kind in kinds if found[kind])
        return self.page.hidden(f"on the page are {told}" if told else "nothing of a chat is on the page")

    async def unheard_error(self) -> TargetError:
        return await self._nothing("messages", self.options.messages or "")

    def _named(self, name: str) -> str:
        selector = self._selectors.get(name)
        return f" (target.{name}: {selector!r})" if selector else ""

    def _args(self, *, need: bool = True, quiet_s: float = 0.0, slice_s: float = 0.0) -> dict[str, Json]:
        return {
            "turn": self.turn,
            "seen": list(self.seen),
            "said": self._said,
            "need": need,
            "quiet": quiet_s * 1000,
            "slice": slice_s * 1000,
        }

    def _here(self) -> Frame:
        return self._frame or self.page.page.main_frame

    async def _ask(self, name: str, *told: Json) -> Any:
        """What the script in the page answers."""
        return await self._followed(lambda: self._in(self._here(), name, *told))

    async def _handle(self, name: str, *told: Json) -> ElementHandle | None:
        """The element that the script in the page answers."""
        return await self._followed(lambda: self._found(name, *told))

    async def _followed(self, ask: Callable[[], Awaitable[T]]) -> T:
        """A page that goes elsewhere is followed while it has the chat. Raises Closed where it hasn't."""
        until = time.monotonic() + _PATIENCE_S
        while True:
            try:
                return await ask()
            except _Navigating as error:
                if time.monotonic() > until:
                    raise Closed(f"the page went to {self.page.where}, where there is no chat") from error
            await asyncio.sleep(0.1)
            await self._look()

    async def _in(self, frame: Frame, name: str, *told: Json) -> Any:
        from playwright.async_api import Error

        try:
            return await frame.evaluate(_ASK, [name, list(told)])
        except Error as error:
            raise self._error(error) from error

    async def _found(self, name: str, *told: Json) -> ElementHandle | None:
        from playwright.async_api import Error

        try:
            handle = await self._here().evaluate_handle(_ASK, [name, list(told)])
        except Error as error:
            raise self._error(error) from error
        return handle.as_element()

    def _error(self, error: Any) -> Exception:
        text = str(error)
        if "is not a valid selector" in text:
            return self._bad_selector(text)
        if any(word in text for word in _GONE) and not self.page.crashed:
            return _Navigating(text)
        return self.page.failed(error)

    def _bad_selector(self, text: str) -> UsageError:
        told: dict[str, Any] = {**self._selectors, "send": self.options.send, "iframe": self.options.iframe}
        for name, selector in (*told.items(), *(("open", one) for one in self.options.opened_by)):
            if selector and any(part in text for part in (f"'{selector}'", f"{selector.split()[-1]}'")):
                return UsageError(f"target.{name}: {selector!r} isn't a CSS selector")
        return UsageError(f"a selector of target isn't CSS: {text.splitlines()[0][:200]}")


class _Navigating(Exception):
    """The page is going elsewhere just now."""


def _shown(told: Mapping[str, Any]) -> Shown:
    news = [one for one in told["news"] if one["who"] != "user"]
    return Shown(
        settled=told["settled"],
        answered=told["answered"],
        quiet_s=told["quiet"] / 1000,
        typing=told["typing"],
        ended=told["ended"],
        changed=told["changed"],
        there=told["there"],
        messages=tuple(clean(one["text"]) for one in news),
        failures=tuple(clean(one["text"]) for one in news if one["error"]),
        options=tuple(Option(clean(one["title"]), _payload(one)) for one in told["options"]),
        notices=tuple(clean(one) for one in told["errors"]),
        everything=tuple(told["shown"]),
    )


def _payload(told: Mapping[str, Any]) -> str | None:
    payload = told["payload"]
    return None if payload is None or payload == told["title"] else clean(str(payload))
