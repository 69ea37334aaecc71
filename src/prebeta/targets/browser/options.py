"""The `target:` section of a product that is a chat on a web page."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from prebeta.targets.wire.network_options import NetworkOptions, address

_HOST = re.compile(r"\*|(\*\.)?[A-Za-z0-9_.-]+|\[[0-9a-fA-F:]+\]")
_SIZE = re.compile(r"([1-9][0-9]{1,3})x([1-9][0-9]{1,3})")


def _page(url: str) -> str:
    return address(url, query=True)


def _selector(selector: str) -> str:
    if not selector.strip():
        raise ValueError("an empty selector; leave the key out to have it found")
    if selector.lstrip().startswith(("//", "xpath=", "css=")):
        raise ValueError(f"{selector!r} isn't a CSS selector like `.bot-message`; XPath and engine names aren't known")
    return selector


def _host(host: str) -> str:
    if not _HOST.fullmatch(host):
        raise ValueError(f"{host!r} isn't a host like cdn.example.com or *.example.com, or * for all")
    return host


def _size(size: str) -> str:
    if not _SIZE.fullmatch(size):
        raise ValueError(f"{size!r} isn't a size like 1280x800")
    return size


def _ended(ended: str) -> str:
    return ended if ended.startswith("text=") else _selector(ended)


Selector = Annotated[str, AfterValidator(_selector)]


class BrowserOptions(NetworkOptions):
    """A chat on a web page, used as a person does: by reading, clicking and typing."""

    kind: Literal["browser"] = "browser"
    url: Annotated[str, AfterValidator(_page)] = Field(
        description="The page with the chat, for example http://127.0.0.1:8080/help."
    )
    open: Selector | list[Selector] | None = Field(
        default=None, description="Clicked first, in this order: a cookie banner's button, the one that opens the chat."
    )
    iframe: Selector | None = Field(default=None, description="The iframe the chat is in. Left out, all are looked at.")
    messages: Selector | None = Field(
        default=None, description="The product's messages. Left out, they are looked for."
    )
    user: Selector | None = Field(
        default=None, description="Of what `messages` finds, those that the user said, for example .bubble.me."
    )
    input: Selector | None = Field(default=None, description="Where one types. Left out, it is looked for.")
    send: Selector | None = Field(
        default=None, description="Clicked to send what was typed. Left out, Enter is pressed."
    )
    buttons: Selector | None = Field(default=None, description="Quick replies. Left out, buttons beside messages are.")
    typing: Selector | None = Field(
        default=None, description="While it is to be seen, the product is still speaking. Left out, it is looked for."
    )
    ended: Annotated[str | None, AfterValidator(lambda told: None if told is None else _ended(told))] = Field(
        default=None, description="To be seen when the conversation is over: a selector, or text=WORDS on the page."
    )
    state: str | None = Field(
        default=None,
        description="JavaScript expression, evaluated in the page: the product's own account of the matter.",
    )
    session: str | None = Field(
        default=None, description="JavaScript expression for the product's id of the conversation."
    )
    quiet_s: float = Field(
        default=0.6, ge=0.05, le=60, description="Seconds without a change after which the product is through."
    )
    greeting_s: float = Field(
        default=2.0, ge=0, le=60, description="Seconds in which the product may speak first, after the page is there."
    )
    allow: list[Annotated[str, AfterValidator(_host)]] = Field(
        default_factory=list,
        description="Other hosts the page may load from; only its own is asked otherwise. * is all.",
    )
    storage_state: str | None = Field(
        default=None,
        description="A file of Playwright's storage_state (cookies of someone logged in), beside this one.",
    )
    viewport: Annotated[str, AfterValidator(_size)] = Field(default="1280x800", description="The window's size.")
    locale: str | None = Field(default=None, description="The browser's language, for example de-DE.")
    headless: bool = Field(default=True, description="Whether the browser has no window.")
    executable_path: str | None = Field(
        default=None, description="The browser to start. Left out, Chromium or Chrome is looked for."
    )
    screenshots: Literal["turns", "failed", "none"] = Field(
        default="turns",
        description="turns: of each of the product's turns; failed: only where it did not answer properly.",
    )

    @property
    def size(self) -> tuple[int, int]:
        """The window's width and height in pixels."""
        width, _, height = self.viewport.partition("x")
        return int(width), int(height)

    @property
    def opened_by(self) -> tuple[str, ...]:
        """The selectors that are clicked first."""
        told = self.open
        return () if told is None else (told,) if isinstance(told, str) else tuple(told)
