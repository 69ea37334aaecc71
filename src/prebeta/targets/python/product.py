"""What a Python product is: a function, one object for all conversations, or a class or factory that makes them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from prebeta.targets.python import shape
from prebeta.targets.python.agent_kinds import is_agent
from prebeta.targets.python.shape import Shape, WrongSignature


@dataclass(frozen=True, slots=True)
class Handle:
    """How one made object is spoken to: the names of its methods and how each wants to be called.

    `send` is the attribute to call, None where the object itself is callable. `start` says which of session, seed,
    account its start takes.
    """

    send: str | None
    shape: Shape
    start: Mapping[str, str] | None
    start_is_async: bool
    close: str | None
    inline: bool

    def sender(self, subject: Any) -> Callable[..., Any]:
        sender: Callable[..., Any] = subject if self.send is None else getattr(subject, self.send)
        return sender


@dataclass(frozen=True, slots=True)
class Product:
    """The resolved product. `makes` where `subject` is called once a conversation, and its result spoken to.

    `on_loop`: the making must happen on the event loop (what it makes is async) or may (it never blocks).
    `agent`: `subject` itself is an agent of a framework, with which each conversation has a talk of its own.
    """

    name: str
    subject: Any
    makes: bool
    arguments: Mapping[str, Any]
    beside: Mapping[str, str] = field(default_factory=dict)
    on_loop: bool = True
    handle: Handle | None = None
    handles: dict[type, Handle] = field(default_factory=dict)
    agent: bool = False

    @property
    def knows_no_conversation(self) -> bool:
        """Whether all conversations speak to the same thing, which gets a text and nothing that tells them apart."""
        handle = self.handle
        if self.makes or handle is None or handle.shape.takes != "text":
            return False
        return not {"session", "account"} & set(handle.shape.beside.values())

    def handle_of(self, subject: Any) -> Handle:
        """How to speak to a made object; looked up once a class. Raises WrongSignature."""
        if self.handle is not None:
            return self.handle
        kind = type(subject)
        known = self.handles.get(kind)
        if known is None:
            known = _handle(subject, self.name, inline=_inline(self.subject))
            if known.send is not None:
                self.handles[kind] = known
        return known


def product_of(found: Any, name: str, arguments: Mapping[str, Any]) -> Product:
    """The product behind an object. Raises WrongSignature with what was expected and what is there."""
    if is_agent(found):
        return Product(name, found, False, arguments, agent=True)
    if inspect.isclass(found):
        speaks = getattr(found, "send", None)
        if speaks is None and "__call__" not in dir(found):
            raise WrongSignature(f"expected a class with send(text); {name} has no send")
        speaks = speaks if speaks is not None else found.__call__
        on_loop = _inline(found) or shape.is_async(speaks)
        return Product(name, found, True, arguments, shape.beside_of(found, arguments), on_loop)
    if callable(getattr(found, "send", None)):
        return Product(name, found, False, {}, handle=_shared(found, name))
    if not callable(found):
        kind = type(found).__name__
        raise WrongSignature(f"expected f(text), f(messages), or a class with send; {name} is a {kind}")
    config = shape.config_of(found)
    if config is not None:
        arguments = {config: {"configurable": {}}, **arguments}
    if not shape.can_take_words(found, arguments):
        on_loop = _inline(found) or shape.is_async(found)
        return Product(name, found, True, arguments, shape.beside_of(found, arguments), on_loop)
    bound = partial(found, **arguments) if arguments else found
    handle = Handle(None, shape.of(found, _short(found, name), arguments), None, False, None, _inline(found))
    return Product(name, bound, False, {}, handle=handle)


def _shared(found: Any, name: str) -> Handle:
    """One object for all conversations works only where it can tell them apart, or keeps nothing of them."""
    handle = _handle(found, name, inline=_inline(found))
    told_apart = "session" in handle.shape.beside.values() or handle.shape.takes == "history"
    if handle.start is not None and not told_apart:
        raise WrongSignature(
            f"{name} is one object for all conversations, and its send can't tell them apart: "
            "give its class, or let it be send(text, session)"
        )
    return handle


def _handle(subject: Any, name: str, *, inline: bool) -> Handle:
    kind = type(subject).__name__
    if callable(getattr(subject, "send", None)):
        start = getattr(subject, "start", None)
        close = next((one for one in ("aclose", "close") if callable(getattr(subject, one, None))), None)
        return Handle(
            send="send",
            shape=shape.of(subject.send, f"{kind}.send"),
            start=shape.beside_of(start) if start is not None else None,
            start_is_async=start is not None and shape.is_async(start),
            close=close,
            inline=inline or _inline(subject),
        )
    if callable(subject):
        return Handle(None, shape.of(subject, _short(subject, name)), None, False, None, inline or _inline(subject))
    raise WrongSignature(f"expected f(text) or f(messages); {name} takes no text and gives a {kind}, which has no send")


def _inline(subject: Any) -> bool:
    return getattr(subject, "prebeta_inline", False) is True


def _short(function: Any, name: str) -> str:
    return str(getattr(function, "__name__", name.rpartition(":")[2]))
