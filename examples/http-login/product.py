"""An allotment club's chat behind a login. Tokens last for a few messages. Needs starlette and uvicorn."""

from __future__ import annotations

import re
import secrets
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

PASSWORD = "rhubarb-and-custard"
LASTS = 4
"""Messages that a token is good for."""
ASKED = {
    "plot": ("Which plot would you like?", ("Sunny plot", "Shady plot", "Corner plot")),
    "tool": ("Which tool shall we lend you?", ("Spade", "Rake", "Wheelbarrow")),
    "water": ("How do you want to water it?", ("Hose", "Barrel", "Bucket")),
}
YES = re.compile(r"\W*(yes|yeah|yep|sure|ok|correct|right|fine|please do|go ahead)\b", re.IGNORECASE)

tokens: dict[str, int] = {}
chats: dict[str, list[str]] = {}


async def login(request: Request) -> JSONResponse:
    body = await request.json()
    if body.get("password") != PASSWORD:
        return JSONResponse(
            {"error": f"{body.get('password')!r} is not the password of {body.get('member')}"}, status_code=401
        )
    token = secrets.token_urlsafe(24)
    tokens[token] = LASTS
    return JSONResponse({"auth": {"access_token": token, "token_type": "bearer"}})


def lets_in(request: Request) -> bool:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    tokens[token] = tokens.get(token, 0) - 1
    return tokens[token] >= 0


async def chat(request: Request) -> JSONResponse:
    if not lets_in(request):
        return JSONResponse({"error": "token expired"}, status_code=401)
    if "chat" not in request.path_params:
        chat_id = secrets.token_hex(6)
        chats[chat_id] = []
        question, values = ASKED["plot"]
        return JSONResponse({"chat": chat_id, "say": [f"Hello, gardener! {question}"], "choices": values})
    said = chats[request.path_params["chat"]]
    said.append((await request.json())["message"])
    known: dict[str, str] = {}
    for text in said:
        for name, (_, values) in ASKED.items():
            for value in values:
                if re.search(rf"\b{value}\b", text, re.IGNORECASE):
                    known[name] = value
    for name, (question, values) in ASKED.items():
        if name not in known:
            return JSONResponse({"say": [question], "choices": values})
    if YES.match(said[-1]):
        return JSONResponse({"say": ["It's yours. Happy digging!"], "over": True, "lease": known})
    return JSONResponse(
        {"say": [", ".join(known.values()) + ".", "Shall I sign it for you?"], "choices": ["Yes", "No"]}
    )


app = Starlette(
    routes=[
        Route("/login", login, methods=["POST"]),
        Route("/chats", chat, methods=["POST"]),
        Route("/chats/{chat}", chat, methods=["POST"]),
    ]
)

if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8473
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")
