"""A bicycle workshop's chat: form posts, a cookie that knows the talk, and a second one that must come back as a header.

Needs starlette, python-multipart and uvicorn.
"""

from __future__ import annotations

import re
import secrets
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

ASKED = {
    "bike": ("What kind of bike is it?", ("City bike", "Road bike", "Cargo bike")),
    "trouble": ("What is the trouble with it?", ("Flat tyre", "Worn brakes", "Loose chain")),
    "day": ("When will you bring it?", ("Monday", "Wednesday", "Saturday")),
}
YES = re.compile(r"\W*(yes|yeah|yep|sure|ok|correct|right|fine|please do|go ahead)\b", re.IGNORECASE)

talks: dict[str, list[str]] = {}
marks: dict[str, str] = {}


async def door(_request: Request) -> JSONResponse:
    talk, mark = secrets.token_hex(8), secrets.token_hex(8)
    talks[talk], marks[talk] = [], mark
    question, values = ASKED["bike"]
    response = JSONResponse({"text": f"Workshop, hello! {question}", "buttons": [{"label": value} for value in values]})
    response.set_cookie("talk", talk, httponly=True)
    response.set_cookie("xsrf", mark)
    return response


async def say(request: Request) -> JSONResponse:
    talk = request.cookies.get("talk", "")
    if talk not in talks or request.headers.get("X-XSRF") != marks[talk]:
        return JSONResponse({"error": "come in by the door"}, status_code=403)
    said = talks[talk]
    async with request.form() as form:
        said.append(str(form["words"]))
    known: dict[str, str] = {}
    for text in said:
        for name, (_, values) in ASKED.items():
            for value in values:
                if value.lower() in text.lower():
                    known[name] = value
    for name, (question, values) in ASKED.items():
        if name not in known:
            return JSONResponse({"text": question, "buttons": [{"label": value} for value in values]})
    if YES.match(said[-1]):
        return JSONResponse({"text": "Noted. See you then!", "job": known})
    summary = f"A {known['bike'].lower()} with a {known['trouble'].lower()} on {known['day']}."
    return JSONResponse({"text": f"{summary} Shall I note that?", "buttons": [{"label": "Yes"}, {"label": "No"}]})


app = Starlette(routes=[Route("/door", door), Route("/say", say, methods=["POST"])])

if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8474
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")
