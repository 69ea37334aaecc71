"""The least that must be done: the same messages over one aiohttp session, each turn written durably to SQLite.

Run it: python bare.py URL MESSAGES.json CONCURRENCY STORE.db [MODEL_URL]; it prints the seconds taken. A message is its text
and how often an LLM is asked for it; what that answers last is said.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
import time
from pathlib import Path

import aiohttp

Said = tuple[str, int]

SYSTEM = "You are the customer and write what is meant in words of your own. " * 18
"""As long as what prebeta tells the LLM."""


async def worded(session: aiohttp.ClientSession, model: str, text: str, times: int) -> str:
    """The text in the LLM's words, asked for so many times."""
    told = json.dumps({"assistant": "And now?", "meaning": text, "verbatim": [], "style": "about 5 words, in English"})
    messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": told}]
    for _ in range(times):
        body = {"model": "any", "messages": messages, "max_tokens": 160, "seed": 1}
        async with session.post(f"{model}/chat/completions", json=body) as answer:
            text = (await answer.json())["choices"][0]["message"]["content"]
    return text


async def converse(
    session: aiohttp.ClientSession, urls: list[str], said: list[Said], rows: sqlite3.Connection, gate: asyncio.Semaphore
) -> None:
    url, *model = urls
    async with gate:
        async with session.post(f"{url}/chats") as answer:
            number = (await answer.json())["id"]
        for text, times in said:
            if times:
                text = await worded(session, model[0], text, times)
            async with session.post(f"{url}/chats/{number}", json={"text": text}) as answer:
                body = await answer.text()
            rows.execute("INSERT INTO turns VALUES (?, ?, ?)", (number, text, body))
            rows.commit()


async def main(urls: list[str], conversations: list[list[Said]], concurrency: int, store: str) -> None:
    rows = sqlite3.connect(store)
    rows.execute("PRAGMA journal_mode=WAL")
    rows.execute("PRAGMA synchronous=NORMAL")
    rows.execute("CREATE TABLE turns (conversation TEXT, said TEXT, reply TEXT)")
    gate = asyncio.Semaphore(concurrency)
    begun = time.perf_counter()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        await asyncio.gather(*(converse(session, urls, said, rows, gate) for said in conversations))
    print(time.perf_counter() - begun)
    rows.close()


if __name__ == "__main__":
    url, messages, concurrency, store, *model = sys.argv[1:]
    asyncio.run(main([url, *model], json.loads(Path(messages).read_text()), int(concurrency), store))
