"""A piano tuner's chat that remembers nothing: each request brings all that was said. Needs starlette and uvicorn."""

from __future__ import annotations

import re
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

ASKED = {
    "piano": ("What kind of piano is it?", ("Upright", "Grand", "Spinet")),
    "day": ("Which day suits you?", ("Tuesday", "Thursday", "Friday")),
    "street": ("In which street do you live?", ("Elm Street", "Mill Lane", "Castle Road")),
}
YES = re.compile(r"\W*(yes|yeah|yep|sure|ok|correct|right|fine|please do|go ahead)\b", re.IGNORECASE)


async def reply(request: Request) -> JSONResponse:
    lines = (await request.json())["lines"]
    if not lines or [line["who"] for line in lines if line["who"] not in ("customer", "tuner")]:
        return JSONResponse({"error": "lines: who is customer or tuner"}, status_code=422)
    said = [line["words"] for line in lines if line["who"] == "customer"]
    known: dict[str, str] = {}
    for text in said:
        for name, (_, values) in ASKED.items():
            for value in values:
                if value.lower() in text.lower():
                    known[name] = value
    for name, (question, values) in ASKED.items():
        if name not in known:
            return JSONResponse({"words": question, "choices": values})
    if YES.match(said[-1]) and "Shall I come" in lines[-2]["words"]:
        return JSONResponse({"words": "I'll be there. Goodbye!", "visit": known})
    return JSONResponse({"words": f"{known['piano']}, {known['street']}. Shall I come on {known['day']}?"})


app = Starlette(routes=[Route("/reply", reply, methods=["POST"])])

if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8472
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")
