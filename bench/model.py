"""An LLM that costs as little as can be: says what it is given to mean, in a few words more, as late as it is told.

Run it: python model.py LATENCY_MS; it prints its URL. POST …/chat/completions speaks OpenAI's format; GET /calls says how
many were answered. Bare asyncio, since whatever it takes of the machine is missing to those that are measured.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass

_HEAD_ENDS = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass
class Answering:
    """How late to answer, and how many calls were answered."""

    latency_s: float
    calls: int = 0

    def to(self, body: bytes) -> bytes:
        """The answer to a chat completion. Who gives a JSON with `meaning` hears it again in other words."""
        self.calls += 1
        asked = json.loads(body)
        text = f"{meant(asked['messages'])} then"
        return json.dumps(
            {
                "id": f"chatcmpl-{self.calls}",
                "object": "chat.completion",
                "created": 0,
                "model": asked["model"],
                "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": len(body) // 4, "completion_tokens": 8, "total_tokens": len(body) // 4 + 8},
            }
        ).encode()


class Line(asyncio.Protocol):
    """One connection; one call at a time, as clients of HTTP/1.1 do."""

    def __init__(self, answering: Answering) -> None:
        self._answering, self._held = answering, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._held += data
        head, ends, rest = self._held.partition(_HEAD_ENDS)
        _, told, length = head.lower().partition(_LENGTH)
        size = int(length.split(b"\r\n", 1)[0]) if told else 0
        if not ends or len(rest) < size:
            return
        self._held = rest[size:]
        if head.startswith(b"GET"):
            self._send(str(self._answering.calls).encode())
        else:
            answer = self._answering.to(rest[:size])
            asyncio.get_running_loop().call_later(self._answering.latency_s, self._send, answer)

    def _send(self, body: bytes) -> None:
        if not self._transport.is_closing():
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
            self._transport.write(head + body)


def meant(messages: list[dict[str, str]]) -> str:
    """What is to be said: the meaning told by the message after the system's; a common answer where none is told."""
    text = messages[min(1, len(messages) - 1)]["content"]
    try:
        return str(json.loads(text)["meaning"])
    except (ValueError, KeyError, TypeError):
        return "I'd take the usual"


async def main(latency_s: float) -> None:
    answering = Answering(latency_s)
    server = await asyncio.get_running_loop().create_server(lambda: Line(answering), "127.0.0.1", 0, backlog=4096)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) / 1000))
