"""The least that must be done: the same messages over one aiohttp session, each turn written durably to SQLite.

Run it: python bare.py URL MESSAGES.json CONCURRENCY STORE.db; it prints the seconds taken.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
import time
from pathlib import Path

import aiohttp


async def converse(
    session: aiohttp.ClientSession, url: str, texts: list[str], rows: sqlite3.Connection, gate: asyncio.Semaphore
) -> None:
    async with gate:
        async with session.post(f"{url}/chats") as answer:
            number = (await answer.json())["id"]
        for text in texts:
            async with session.post(f"{url}/chats/{number}", json={"text": text}) as answer:
                body = await answer.text()
            rows.execute("INSERT INTO turns VALUES (?, ?, ?)", (number, text, body))
            rows.commit()


async def main(url: str, conversations: list[list[str]], concurrency: int, store: str) -> None:
    rows = sqlite3.connect(store)
    rows.execute("PRAGMA journal_mode=WAL")
    rows.execute("PRAGMA synchronous=NORMAL")
    rows.execute("CREATE TABLE turns (conversation TEXT, said TEXT, reply TEXT)")
    gate = asyncio.Semaphore(concurrency)
    begun = time.perf_counter()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        await asyncio.gather(*(converse(session, url, texts, rows, gate) for texts in conversations))
    print(time.perf_counter() - begun)
    rows.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], json.loads(Path(sys.argv[2]).read_text()), int(sys.argv[3]), sys.argv[4]))
