"""Holds scripted conversations with a running Rasa and writes down what it answers, for `recorded.json` beside this file.

rasa train && rasa run --enable-api     (in examples/rasa/bot)
python record.py http://127.0.0.1:5005 > recorded.json
"""

from __future__ import annotations

import json
import sys
import urllib.request
from typing import Any

KEPT = ("slots", "paused", "active_loop")
"""Of a tracker; its events are kept with their kind and name, its latest message with its intent."""

SCRIPTS = {
    "pressed": [
        "/session_start",
        "Hello",
        '/inform{"bike": "e-bike"}',
        '/inform{"fault": "gears"}',
        '/inform{"day": "friday"}',
        "0170 654321",
        "/affirm",
    ],
    "typed": [
        "I need a repair for my city bike",
        "a puncture",
        "on Wednesday",
        "my number is 0155-123456",
        "yes, go ahead",
    ],
    "asking": [
        "hi",
        "when are you open?",
        "what does it cost?",
        "mountain bike",
        "blah",
        "the brakes",
        "how long is it?",
    ],
    "refused": ["hello", "ebike", "brake", "monday", "0199 000111", "/deny", "thanks"],
    "restarted": ["hello", "city bike", "/restart", "hello"],
    "lost": ["blah", "blah blah", "what?"],
}


def asked(url: str, body: dict[str, Any] | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data)) as answer:
        return json.load(answer)


def tracker(base: str, sender: str) -> dict[str, Any]:
    whole = asked(f"{base}/conversations/{sender}/tracker")
    events = [
        {key: event[key] for key in ("event", "name", "policy", "timestamp") if event.get(key)}
        for event in whole["events"]
    ]
    intent = {"name": whole["latest_message"]["intent"].get("name")}
    return {
        "sender_id": sender,
        **{key: whole[key] for key in KEPT},
        "latest_message": {"intent": intent},
        "events": events,
    }


def main(base: str) -> None:
    recorded = {}
    for name, said in SCRIPTS.items():
        sender = f"recorded-{name}"
        turns = []
        for message in said:
            answer = asked(f"{base}/webhooks/rest/webhook", {"sender": sender, "message": message})
            turns.append({"message": message, "answer": answer, "tracker": tracker(base, sender)})
        recorded[name] = json.loads(json.dumps(turns).replace(sender, "{sender}"))
    version = asked(f"{base}/version")
    print(json.dumps({"version": version, "conversations": recorded}, ensure_ascii=False, separators=(",", ":")))


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
