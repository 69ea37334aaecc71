"""A memory of its own for a LangGraph graph that has no checkpointer, one for each conversation."""

from __future__ import annotations

import copy
import importlib
import logging
from collections.abc import Iterable
from typing import Any, Literal

from prebeta.core.errors import Crashed
from prebeta.targets.python.agent_kinds import has_base
from prebeta.targets.python.code import ProductCode
from prebeta.targets.python.shape import WrongSignature

Checkpointer = Literal["auto", "memory", "none"]

_log = logging.getLogger(__name__)
_OURS = ("__", "branch:")
_PASSING = ("EphemeralValue", "UntrackedValue", "Topic")
"""Channels that hold nothing from one turn to the next."""


class GraphMemory:
    """Compiles graphs, and gives those a memory that have none; says so once, where it changes what they know."""

    def __init__(self, wanted: Checkpointer, name: str) -> None:
        self._wanted, self._name = wanted, name
        self._compiled: tuple[Any, Any] | None = None  # what was compiled last, and from what
        self._told = False

    def compiled(self, graph: Any) -> Any:
        """The graph itself, or compiled where it isn't."""
        if has_base(graph, "langgraph", "Pregel"):
            return graph
        if self._compiled is None or self._compiled[1] is not graph:
            self._compiled = graph.compile(), graph
        return self._compiled[0]

    def given(self, graph: Any) -> Any:
        """A compiled graph with a checkpointer, if it has one or is to have one: then a copy of its own, so that what was
        said is forgotten with the conversation. Raises WrongSignature where it can't do without and mayn't have one."""
        if getattr(graph, "checkpointer", None):
            return graph
        stops = bool(getattr(graph, "interrupt_before_nodes", ()) or getattr(graph, "interrupt_after_nodes", ()))
        if self._wanted == "none":
            if stops:
                raise WrongSignature(
                    f"{self._name} stops at nodes to be resumed, which needs a checkpointer: compile it with one, or leave "
                    "target.checkpointer: none away"
                )
            return graph
        ready = copy.copy(graph)
        ready.checkpointer = _saver(self._wanted)
        self._tell(kept_beside(graph), stops)
        return ready

    def _tell(self, beside: Iterable[str], stops: bool) -> None:
        what = ", ".join(sorted(beside))
        if self._told or self._wanted != "auto" or not (what or stops):
            return
        self._told = True
        _log.warning(
            "%s has no checkpointer and %s: it gets one in memory for each conversation (target.checkpointer: auto; none "
            "leaves it as it is)",
            self._name,
            f"keeps more than messages ({what[:120]})" if what else "stops at nodes to be resumed",
        )


def kept_beside(graph: Any) -> frozenset[str]:
    """The values of a compiled graph's state that last, but for its messages."""
    if getattr(graph, "builder", None) is None:
        return frozenset()
    return frozenset(
        name
        for name, channel in graph.channels.items()
        if name != "messages" and not name.startswith(_OURS) and _lasts(channel)
    )


def adds_up(graph: Any, key: str | None) -> bool:
    """Whether what is sent under this key is added to what the graph's thread holds, and doesn't take its place."""
    channel = None if key is None or getattr(graph, "builder", None) is None else graph.channels.get(key)
    return channel is not None and has_base(channel, "langgraph", "BinaryOperatorAggregate")


def is_given(graph: Any) -> bool:
    """Whether its memory is the one that was given by itself."""
    return isinstance(getattr(getattr(graph, "checkpointer", None), "serde", None), _Copies)


def _lasts(channel: Any) -> bool:
    return has_base(channel, "langgraph", "BaseChannel") and type(channel).__name__ not in _PASSING


def _saver(wanted: Checkpointer) -> Any:
    saver = importlib.import_module("langgraph.checkpoint.memory").InMemorySaver
    return saver() if wanted == "memory" else saver(serde=_Copies())


class _Copies:
    """Keeps copies where LangGraph would write values out: a state that can't be written is no fault of a product that
    never asked to be kept."""

    def dumps_typed(self, value: Any) -> tuple[str, Any]:
        """As LangGraph's SerializerProtocol has it: the kind, and what is kept."""
        return "kept", _copied(value)

    def loads_typed(self, kept: tuple[str, Any]) -> Any:
        """A copy again: the product may change what it gets."""
        return _copied(kept[1])


def _copied(value: Any) -> Any:
    """A deep copy; of a container with something that can't be copied, that part is shared."""
    try:
        with ProductCode():
            return copy.deepcopy(value)
    except Crashed:
        if type(value) is dict:
            return {key: _copied(one) for key, one in value.items()}
        return [_copied(one) for one in value] if type(value) is list else value
