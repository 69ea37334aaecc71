"""Agents on a2a-sdk's own server: one that does all that the example's doesn't, in a thread of the tests' process."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from a2a.helpers.proto_helpers import new_data_part, new_text_message, new_text_part
from a2a.server.agent_execution import AgentExecutor, RequestContext
from a2a.server.events import EventQueue
from a2a.server.request_handlers import DefaultRequestHandler
from a2a.server.routes import create_agent_card_routes, create_jsonrpc_routes
from a2a.server.tasks import InMemoryTaskStore, TaskUpdater
from a2a.types import (
    AgentCapabilities,
    AgentCard,
    AgentInterface,
    AgentSkill,
    Role,
    Task,
    TaskState,
    TaskStatus,
)
from starlette.applications import Starlette


class OddAgent(AgentExecutor):
    """Does what the user's words say."""

    async def execute(self, context: RequestContext, event_queue: EventQueue) -> None:
        said = context.get_user_input()
        conversation = context.context_id or ""
        if said.startswith("message"):
            message = new_text_message(f"just {said}", context_id=conversation, role=Role.ROLE_AGENT)
            await event_queue.enqueue_event(message)
            return
        task = context.task_id or ""
        updater = TaskUpdater(event_queue, task, conversation)
        if context.current_task is None:
            status = TaskStatus(state=TaskState.TASK_STATE_SUBMITTED)
            history = [context.message] if context.message else []
            await event_queue.enqueue_event(Task(id=task, context_id=conversation, status=status, history=history))
        await self._work(said, updater)

    async def _work(self, said: str, updater: TaskUpdater) -> None:
        def message(text: str) -> Any:
            return updater.new_agent_message([new_text_part(text)])

        if said == "raise":
            raise ValueError("the planted error")
        if said == "hang":
            await asyncio.sleep(20)
        if said == "progress":
            await updater.start_work(message("Looking it up…"))
            await updater.start_work(message("Nearly there…"))
        if said == "pieces":
            for at, piece in enumerate(("Once ", "upon ", "a time")):
                await updater.add_artifact([new_text_part(piece)], artifact_id="story", append=at > 0)
        if said == "data":
            await updater.add_artifact([new_text_part("Here:"), new_data_part({"n": 1, "suggestions": ["more"]})])
        if said == "form":
            await updater.requires_input(
                updater.new_agent_message([new_data_part({"question": "Sure?", "options": ["Yes"]})])
            )
            return
        if said in ("reject", "fail", "cancel"):
            end = {"reject": updater.reject, "fail": updater.failed, "cancel": updater.cancel}[said]
            await end(message(f"I {said}"))
            return
        if said == "ask":
            await updater.add_artifact([new_text_part("The list so far.")], artifact_id="list")
            await updater.requires_input(message("What else?"))
            return
        await updater.complete(message(f"done with {said}"))

    async def cancel(self, context: RequestContext, event_queue: EventQueue) -> None:
        await TaskUpdater(event_queue, context.task_id or "", context.context_id or "").cancel()


def card_of(url: str, versions: tuple[str, ...]) -> AgentCard:
    return AgentCard(
        name="Odd",
        description="Does odd things.",
        version="1.0.0",
        supported_interfaces=[
            AgentInterface(url=url, protocol_binding="JSONRPC", protocol_version=version) for version in versions
        ],
        capabilities=AgentCapabilities(streaming=True),
        default_input_modes=["text/plain"],
        default_output_modes=["text/plain"],
        skills=[AgentSkill(id="odd", name="Odd", description="Odd.", tags=["odd"])],
    )


@contextmanager
def odd_agent(versions: tuple[str, ...] = ("1.0", "0.3")) -> Iterator[str]:
    """The address of an agent that speaks these versions."""
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}/rpc"
    card = card_of(url, versions)
    handler = DefaultRequestHandler(OddAgent(), InMemoryTaskStore(), card)
    routes = [
        *create_agent_card_routes(card),
        *create_jsonrpc_routes(handler, "/rpc", enable_v0_3_compat="0.3" in versions),
    ]
    config = uvicorn.Config(
        Starlette(routes=routes), log_level="critical", ws="none", lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield url.removesuffix("/rpc")
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
