"""What the options of a graph come to, made ready once a run: bodies of requests, paths into its values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from prebeta.core.types import Json
from prebeta.targets.langgraph.options import LangGraphOptions
from prebeta.targets.wire import template
from prebeta.targets.wire.paths import Finder, finder, finder_or_none
from prebeta.targets.wire.template import Render

_HEAD = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class ValuePath:
    """A path into a graph's values. `head` is the key that it begins with, where it begins with one."""

    find: Finder
    head: str | None

    def answers(self, values: Json) -> bool:
        """Whether these values hold what the path looks for, though it may be null."""
        if self.head is not None:
            return isinstance(values, Mapping) and self.head in values
        return self.find(values) is not None


@dataclass(frozen=True, slots=True)
class GraphPlan:
    """What conversations of a run share. The renders give parts of a run's body."""

    fixed: Render
    said: Render
    start: Render | None
    thread: Render
    resume: Render | None
    messages: ValuePath
    state: ValuePath | None
    options: ValuePath | None
    ended: ValuePath | None
    asks: Finder | None
    asks_options: Finder | None
    stream: bool
    press_payload: bool

    @classmethod
    def of(cls, options: LangGraphOptions) -> GraphPlan:
        """Everything that can be worked out before the first conversation."""
        given = {name: getattr(options, name) for name in ("config", "context", "metadata")}
        # A run whose client has gone (a time-out, Ctrl-C) needn't go on.
        fixed = {"on_disconnect": "cancel", **{name: value for name, value in given.items() if value is not None}}
        if options.stream:
            fixed["stream_mode"] = ["values", "messages-tuple"]
        interrupt = options.interrupt
        fixed_part = template.compile_json(fixed)
        return cls(
            fixed=lambda values: {**fixed_part(values), "assistant_id": options.assistant},
            said=template.compile_json(options.input),
            start=None if options.start is None else template.compile_json(options.start),
            thread=template.compile_json({} if options.metadata is None else {"metadata": options.metadata}),
            resume=None if interrupt.resume is None else template.compile_json(interrupt.resume),
            messages=_path(options.messages, "target.messages"),
            state=None if options.state is None else _path(options.state, "target.state"),
            options=None if options.options is None else _path(options.options, "target.options"),
            ended=None if options.ended is None else _path(options.ended, "target.ended"),
            asks=finder_or_none(interrupt.says, "target.interrupt.says"),
            asks_options=finder_or_none(interrupt.options, "target.interrupt.options"),
            stream=options.stream,
            press_payload=options.press == "payload",
        )

    def needs(self, answer: Json) -> bool:
        """Whether a run's answer lacks something that the thread's state may hold."""
        paths = (self.messages, self.state, self.options, self.ended)
        return any(path is not None and not path.answers(answer) for path in paths)


def _path(expression: str, option: str) -> ValuePath:
    head = _HEAD.match(expression)
    called = head is not None and expression[head.end() : head.end() + 1] == "("
    return ValuePath(finder(expression, option), None if head is None or called else head[0])
