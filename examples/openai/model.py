"""Stands in for a model, so that the example needs neither network nor key: it answers by rules, over OpenAI's wire."""

from __future__ import annotations

import asyncio
import re
import sys

from prebeta.testing import ModelCall, ModelServer, ToolCalls

ASKED = {
    "boat": ("Which boat would you like: rowing boat, canoe or pedal boat?", "rowing boat|canoe|pedal boat"),
    "day": ("Which day: Friday, Saturday or Sunday?", "friday|saturday|sunday"),
    "hours": ("For how many hours?", r"\b[1-8]\b"),
}
YES = re.compile(r"\W*(yes|yeah|yep|sure|ok|correct|right|fine|please do|go ahead)\b", re.IGNORECASE)


def answer(call: ModelCall) -> str | ToolCalls:
    """What to say, or which tool to call, after these messages."""
    if call.messages[-1].role == "tool":
        reserved = '"number"' in call.text
        return "It is reserved. See you at the lake!" if reserved else f"Let me see: {call.text}. Shall I reserve it?"
    said = [message.text for message in call.messages if message.role == "user"]
    known: dict[str, str] = {}
    for text in said:
        for name, (_, pattern) in ASKED.items():
            found = re.findall(pattern, text, re.IGNORECASE)
            known |= {name: found[-1].lower()} if found else {}
    for name, (question, _) in ASKED.items():
        if name not in known:
            return question
    day = known["day"].capitalize()
    if YES.match(said[-1]) and "Shall I reserve it?" in call.messages[-2].text:
        return ToolCalls([("reserve", {"boat": known["boat"], "day": day, "hours": int(known["hours"])})])
    if not any(message.role == "tool" for message in call.messages):
        return ToolCalls([("free_boats", {"day": day})], f"A {known['boat']} on {day} for {known['hours']} hours.")
    return f"A {known['boat']} on {day} for {known['hours']} hours. Shall I reserve it?"


async def main(port: int) -> None:
    async with ModelServer(answer, port=port):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8478))
