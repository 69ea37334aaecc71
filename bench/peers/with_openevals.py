"""The same conversations with openevals' multi-turn simulator, as its documentation shows it and set up for speed.

One chat model and one session for all, all conversations in one loop, tracing off, no evaluators, nothing stored.
Run it in an environment with openevals.txt: python with_openevals.py URL MODEL_URL CONVERSATIONS CONCURRENCY; it prints the
seconds that the conversations took.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from typing import Any

os.environ["LANGSMITH_TRACING"] = os.environ["LANGCHAIN_TRACING_V2"] = "false"

import aiohttp
from langchain_openai import ChatOpenAI
from openevals.simulators import create_async_llm_simulated_user, run_multiturn_simulation_async

TURNS = 6
SYSTEM = "You are a customer who wants to order a drink. Write the customer's next message, short, and nothing else."


async def converse(session: aiohttp.ClientSession, url: str, user: Any, gate: asyncio.Semaphore) -> None:
    async with gate:
        async with session.post(f"{url}/chats") as answer:
            number = (await answer.json())["id"]

        async def app(message: Any, **_: Any) -> dict[str, Any]:
            async with session.post(f"{url}/chats/{number}", json={"text": message["content"]}) as answer:
                return {"role": "assistant", "content": (await answer.json())["messages"]}

        held = await run_multiturn_simulation_async(app=app, user=user, max_turns=TURNS)
        if len(held["trajectory"]) != 2 * TURNS:
            raise SystemExit(f"{len(held['trajectory'])} messages, {2 * TURNS} expected")


async def main(url: str, model: str, conversations: int, concurrency: int) -> None:
    gate = asyncio.Semaphore(concurrency)
    begun = time.perf_counter()
    client = ChatOpenAI(model="any", base_url=model, api_key="none")
    user = create_async_llm_simulated_user(system=SYSTEM, client=client)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        await asyncio.gather(*(converse(session, url, user, gate) for _ in range(conversations)))
    print(time.perf_counter() - begun)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
