"""The claims desk as prebeta's Python target takes it: a function of the whole conversation."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from claim_desk import answer
from claim_faults import Broken


def desk(faults: Collection[str], logs: dict[str, list[dict[str, Any]]]) -> Callable[..., dict[str, Any]]:
    """A desk that makes these mistakes, and writes into `logs` what it did under the conversation's id."""

    def reply(messages: list[dict[str, str]], session: str) -> dict[str, Any]:
        try:
            told, sheet = answer(messages, faults)
        except Broken:
            logs.setdefault(session, []).append(
                {"fault": "signs_crash", "kind": "SYSTEM_ERROR", "turn": users(messages) * 2}
            )
            raise
        logs[session] = sheet.log
        return {"content": told["content"], "ended": told.get("closed", False), "state": told.get("claim")}

    reply.prebeta_inline = True  # type: ignore[attr-defined]
    return reply


def users(messages: list[dict[str, str]]) -> int:
    return sum(message["role"] == "user" for message in messages)


reply = desk((), {})
