"""LangGraph graphs, LangChain runnables and pydantic-ai agents as products, with the frameworks' own test models."""

from __future__ import annotations

import asyncio
import operator
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Annotated, Any, TypedDict

import pytest
from crowd import hold_all

pytest.importorskip("langgraph")
pytest.importorskip("pydantic_ai")

from langchain_core.language_models import FakeListChatModel, FakeListLLM, GenericFakeChatModel
from langchain_core.messages import AIMessage, AnyMessage, ToolMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder
from langchain_core.runnables import RunnableConfig, RunnableLambda
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import interrupt
from pydantic import BaseModel
from pydantic_ai import Agent, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import FunctionModel
from pydantic_ai.models.test import TestModel

from prebeta.core.errors import UnreachableError, UsageError
from prebeta.core.protocols import OpenContext
from prebeta.core.types import Option, Press, Stop
from prebeta.targets.python.agent_kinds import kind_of
from prebeta.targets.python.target import PythonTarget

CROWD = 24


def target_of(function: Any, folder: Path = Path(), **options: Any) -> PythonTarget:
    return PythonTarget(PythonTarget.Options(function=function, **options), folder)


def answers(transcript: Any) -> list[str]:
    return [turn.text for turn in transcript.turns if turn.reply is not None][1:]


def last(transcript: Any) -> Any:
    return [turn.reply for turn in transcript.turns if turn.reply is not None][-1]


def graph_of(node: Any, state: Any = MessagesState, checkpointer: Any = None) -> Any:
    builder = StateGraph(state)
    builder.add_node("node", node)
    builder.add_edge(START, "node")
    builder.add_edge("node", END)
    return builder.compile(checkpointer=checkpointer)


def heard(messages: Any) -> str:
    """All that the product knows of the conversation, so that a message of another one, or a lost one, shows."""
    return " | ".join(f"{one.type}: {one.content}" for one in messages)


def recite(state: MessagesState) -> dict[str, Any]:
    time.sleep(0.002)  # as a blocking model would
    return {"messages": [AIMessage(f"<{len(state['messages'])}> " + state["messages"][0].content)]}


async def recite_async(state: MessagesState) -> dict[str, Any]:
    await asyncio.sleep(0.002)
    return {"messages": [AIMessage(f"<{len(state['messages'])}> " + state["messages"][0].content)]}


def scripts(turns: int = 4) -> dict[str, list[str]]:
    return {f"c{number}": [f"I am {number}", *(f"line {turn}" for turn in range(1, turns))] for number in range(CROWD)}


def recited(turns: int = 4) -> dict[str, list[str]]:
    return {f"c{number}": [f"<{2 * turn + 1}> I am {number}" for turn in range(turns)] for number in range(CROWD)}


# --- whole conversations, many at once ------------------------------------------------------------


@pytest.mark.parametrize("node", [recite, recite_async], ids=["blocking", "async"])
@pytest.mark.parametrize("saver", [InMemorySaver, lambda: None], ids=["threads", "history re-sent"])
async def test_a_crowd_with_a_graph(node: Any, saver: Any) -> None:
    async with target_of(graph_of(node, checkpointer=saver())) as target:
        held = await hold_all(target, scripts())
    assert {name: answers(one) for name, one in held.items()} == recited()
    assert {one.stop for one in held.values()} == {Stop("user", "patience")}
    sessions = {last(one).session for one in held.values()}
    assert len(sessions) == CROWD
    assert None not in sessions


def chat_chain() -> Any:
    prompt = ChatPromptTemplate.from_messages(
        [("system", "be brief"), MessagesPlaceholder("history"), ("human", "{input}")]
    )
    return prompt | RunnableLambda(lambda value: AIMessage(f"<{len(value.messages) - 1}> {value.messages[1].content}"))


async def test_a_crowd_with_a_chain_that_takes_history_and_input() -> None:
    async with target_of(chat_chain()) as target:
        held = await hold_all(target, scripts())
    assert {name: answers(one) for name, one in held.items()} == recited()


async def test_a_crowd_with_a_pydantic_ai_agent() -> None:
    def model(messages: list[Any], info: Any) -> ModelResponse:
        said = [part.content for one in messages for part in one.parts if part.part_kind in ("user-prompt", "text")]
        return ModelResponse([TextPart(f"<{len(said)}> {said[0]}")])

    async with target_of(Agent(FunctionModel(model))) as target:
        held = await hold_all(target, scripts())
    assert {name: answers(one) for name, one in held.items()} == recited()
    assert len({last(one).session for one in held.values()}) == CROWD


async def test_blocking_nodes_hold_up_nobody() -> None:
    """24 conversations whose node blocks 0.15 s: the loop goes on, and they don't wait for one another."""
    begun, ticks = time.perf_counter(), 0

    def slow(state: MessagesState) -> dict[str, Any]:
        time.sleep(0.15)
        return {"messages": [AIMessage("done")]}

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    ticking = asyncio.create_task(tick())
    async with target_of(graph_of(slow)) as target:
        held = await hold_all(target, {f"c{number}": ["hello"] for number in range(CROWD)})
    seconds = time.perf_counter() - begun
    ticking.cancel()
    assert all(answers(one) == ["done"] for one in held.values())
    assert seconds < 0.15 * CROWD / 4
    assert ticks >= 5


# --- failures -------------------------------------------------------------------------------------


async def test_a_graph_that_raises_hangs_or_gives_garbage_harms_no_other() -> None:
    never = threading.Event()

    def node(state: MessagesState) -> dict[str, Any]:
        text = str(state["messages"][-1].content)
        if text == "raise":
            raise ValueError("no such order")
        if text == "hang":
            never.wait(30)
        return {"messages": [AIMessage("fine")]}

    lines = {f"c{number}": ["hello", "again"] for number in range(CROWD)}
    lines |= {"c3": ["hello", "raise"], "c5": ["hello", "hang"]}
    begun = time.perf_counter()
    async with target_of(graph_of(node, checkpointer=InMemorySaver()), timeout_s=0.5) as target:
        held = await hold_all(target, lines)
    assert time.perf_counter() - begun < 5
    never.set()
    assert held["c3"].stop == Stop("product", "crashed", "ValueError: no such order")
    assert 'raise ValueError("no such order")' in last(held["c3"]).problem.raw
    assert held["c5"].stop == Stop("product", "timeout", "no answer within 0.5 s")
    others = [one for name, one in held.items() if name not in ("c3", "c5")]
    assert all(answers(one) == ["fine", "fine"] and one.stop.by == "user" for one in others)


async def test_an_agent_that_raises_harms_no_other() -> None:
    def model(messages: list[Any], info: Any) -> ModelResponse:
        if messages[-1].parts[-1].content == "raise":
            raise RuntimeError("model down")
        return ModelResponse([TextPart("fine")])

    lines = {f"c{number}": ["hello", "raise" if number == 2 else "again"] for number in range(CROWD)}
    async with target_of(Agent(FunctionModel(model))) as target:
        held = await hold_all(target, lines)
    assert held["c2"].stop == Stop("product", "crashed", "RuntimeError: model down")
    assert sum(one.stop.by == "user" for one in held.values()) == CROWD - 1


@pytest.mark.parametrize(
    ("product", "options", "detail"),
    [
        (RunnableLambda(lambda text: {"verdict": 1}), {}, "without words; its keys: verdict"),
        (RunnableLambda(lambda text: 42), {}, "gave a int without words"),
        (RunnableLambda(lambda text: {"say": 4}), {"reply": {"messages": "say"}}, "reply.messages: expected a text"),
    ],
)
async def test_an_answer_without_words_is_malformed(hold: Any, product: Any, options: Any, detail: str) -> None:
    async with target_of(product, **options) as target:
        held = await hold(target, "hello")
    assert held.stop.reason == "malformed"
    assert detail in held.stop.detail


# --- what becomes what ----------------------------------------------------------------------------


class Desk(TypedDict, total=False):
    messages: Annotated[list[AnyMessage], add_messages]
    options: list[str]
    facts: Annotated[list[str], operator.add]
    closed: bool


def desk(state: Desk) -> dict[str, Any]:
    said = str(state["messages"][-1].content)
    called = AIMessage("", tool_calls=[{"name": "look_up", "args": {"word": said}, "id": "t1"}])
    found = ToolMessage("in stock", tool_call_id="t1")
    closed = said == "that's all"
    return {
        "messages": [called, found, AIMessage("It is there."), AIMessage([{"type": "text", "text": "Anything else?"}])],
        "facts": [said],
        "options": [] if closed else ["Shoes", "That's all"],
        "closed": closed,
    }


async def test_messages_options_tool_calls_state_and_end_of_a_graph(hold: Any) -> None:
    graph = graph_of(desk, Desk, InMemorySaver())
    async with target_of(graph, reply={"ended": "closed"}) as target:
        held = await hold(target, "shoes", "that's all", "unheard")
    replies = [turn.reply for turn in held.turns if turn.reply is not None]
    assert replies[1].messages == ("It is there.", "Anything else?")
    assert replies[1].options == (Option("Shoes"), Option("That's all"))
    assert replies[1].tool_calls == ({"name": "look_up", "args": {"word": "shoes"}, "id": "t1", "result": "in stock"},)
    assert replies[1].state == {"options": ["Shoes", "That's all"], "facts": ["shoes"], "closed": False}
    assert replies[2].state["facts"] == ["shoes", "that's all"]
    assert replies[2].messages == ("It is there.", "Anything else?")
    assert held.stop == Stop("product", "ended")


@pytest.mark.parametrize("options", [{}, {"checkpointer": "memory"}])
async def test_a_state_beside_the_messages_is_kept_though_the_graph_has_no_checkpointer(
    hold: Any, options: Any, caplog: pytest.LogCaptureFixture
) -> None:
    graph = graph_of(desk, Desk)
    async with target_of(graph, **options) as target:
        held = await hold(target, "shoes", "boots")
        other = await hold(target, "socks", context=OpenContext("c2", 7))
    assert last(held).state["facts"] == ["shoes", "boots"]
    assert last(held).messages == ("It is there.", "Anything else?")
    assert last(other).state["facts"] == ["socks"]
    assert graph.checkpointer is None, "the project's own graph is left as it was"
    told = [one.getMessage() for one in caplog.records]
    assert len(told) == (0 if options else 1), "said once, where it was given unasked"
    assert all("closed, facts, options" in line and "target.checkpointer" in line for line in told)


async def test_a_graph_is_left_without_a_checkpointer_where_the_project_says_so(hold: Any) -> None:
    async with target_of(graph_of(desk, Desk), checkpointer="none") as target:
        assert last(await hold(target, "shoes", "boots")).state["facts"] == ["boots"]


async def test_only_messages_are_no_reason_to_speak_of_a_checkpointer(
    hold: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async with target_of(graph_of(recite)) as target:
        assert answers(await hold(target, "a", "b")) == ["<1> a", "<3> a"]
    assert not caplog.records


class Unkept(TypedDict):
    messages: list[Any]
    lock: Any
    seen: list[str]


async def test_what_cannot_be_written_out_is_kept_all_the_same_and_a_plain_list_of_messages_is_sent_whole(
    hold: Any,
) -> None:
    def node(state: Any) -> dict[str, Any]:
        words = [*(state.get("seen") or []), state["messages"][-1].content]
        said = AIMessage(f"{len(state['messages'])} {' '.join(words)} {type(state.get('lock')).__name__}")
        return {"messages": [*state["messages"], said], "seen": words, "lock": threading.Lock()}

    async with target_of(graph_of(node, Unkept), input={"messages": "{messages}"}) as target:
        assert answers(await hold(target, "a", "b", "c")) == ["1 a NoneType", "3 a b lock", "5 a b c lock"]


class Retold(TypedDict):
    question: str
    history: Annotated[list[AnyMessage], add_messages]
    answer: str


async def test_a_history_that_is_told_anew_each_time_does_not_double(hold: Any) -> None:
    graph = graph_of(lambda state: {"answer": f"{len(state['history'])} {state['question']}"}, Retold)
    async with target_of(graph, reply={"messages": "answer"}) as target:
        assert answers(await hold(target, "a", "b", "c")) == ["0 a", "1 b", "2 c"]


async def test_a_graph_that_is_not_compiled_yet_is_compiled(hold: Any) -> None:
    builder = StateGraph(Desk)
    builder.add_node("desk", desk)
    builder.add_edge(START, "desk")
    async with target_of(builder, checkpointer="memory") as target:
        assert last(await hold(target, "shoes", "boots")).state["facts"] == ["shoes", "boots"]


@pytest.mark.parametrize("saver", [InMemorySaver, lambda: None])
async def test_an_interrupt_is_what_the_product_says_and_the_next_words_answer_it(hold: Any, saver: Any) -> None:
    def node(state: MessagesState) -> dict[str, Any]:
        city = interrupt("Which city?")
        pay = interrupt({"question": "How do you pay?", "options": [{"title": "Card", "payload": "card-1"}]})
        return {"messages": [AIMessage(f"{city}, {pay}")]}

    async with target_of(graph_of(node, checkpointer=saver())) as target:
        held = await hold(target, "a ticket", "Rome", Press(Option("Card", "card-1")), "another", "Oslo")
    assert answers(held) == ["Which city?", "How do you pay?", "Rome, card-1", "Which city?", "How do you pay?"]
    replies = [turn.reply for turn in held.turns if turn.reply is not None]
    assert replies[2].options == (Option("Card", "card-1"),)


async def test_an_interrupt_that_cannot_be_resumed_is_not_the_products_fault(hold: Any) -> None:
    graph = graph_of(lambda state: {"messages": [AIMessage(interrupt("Which city?"))]})
    async with target_of(graph, checkpointer="none") as target:
        held = await hold(target, "a ticket")
    assert held.stop.by == "harness"
    assert "needs a checkpointer" in (held.stop.detail or "")


async def test_a_graph_that_stops_at_a_node_is_refused_before_the_run_where_it_may_have_no_checkpointer() -> None:
    builder = StateGraph(MessagesState)
    builder.add_node("node", recite)
    builder.add_edge(START, "node")
    async with target_of(builder.compile(interrupt_before=["node"]), checkpointer="none") as target:
        with pytest.raises(UsageError, match=r"leave target\.checkpointer: none away"):
            await target.check()


async def test_a_review_of_tool_calls_is_approved_or_denied(hold: Any) -> None:
    def node(state: MessagesState) -> dict[str, Any]:
        asked = {"action_requests": [{"name": "pay", "args": {"eur": 5}}], "review_configs": []}
        return {"messages": [AIMessage(str(interrupt(asked)))]}

    async with target_of(graph_of(node, checkpointer=InMemorySaver())) as target:
        held = await hold(target, "pay", Press(Option("Approve", "approve")), "pay", "rather not")
    assert answers(held) == [
        "May I call pay({'eur': 5})?",
        "{'decisions': [{'type': 'approve'}]}",
        "May I call pay({'eur': 5})?",
        "{'decisions': [{'type': 'reject', 'message': 'rather not'}]}",
    ]


class Dicts(TypedDict):
    messages: Annotated[list[dict[str, Any]], operator.add]


@pytest.mark.parametrize("saver", [InMemorySaver, lambda: None])
async def test_a_graph_that_keeps_its_messages_as_dicts(hold: Any, saver: Any) -> None:
    def node(state: Dicts) -> dict[str, Any]:
        return {
            "messages": [
                {"role": "assistant", "content": f"{len(state['messages'])} {state['messages'][-1]['content']}"}
            ]
        }

    async with target_of(graph_of(node, Dicts, saver())) as target:
        assert answers(await hold(target, "a", "a", "a")) == ["1 a", "3 a", "5 a"]


class Asked(TypedDict, total=False):
    question: str
    answer: str


@pytest.mark.parametrize(
    ("product", "options", "expected"),
    [
        (FakeListChatModel(responses=["one", "two"]), {}, ["one", "two"]),
        (GenericFakeChatModel(messages=iter([AIMessage("one"), AIMessage("two")])), {}, ["one", "two"]),
        (FakeListLLM(responses=["one", "two"]), {}, ["one", "two"]),
        (FakeListChatModel(responses=["one", "two"]) | StrOutputParser(), {}, ["one", "two"]),
        (ChatPromptTemplate.from_template("{topic}") | FakeListChatModel(responses=["x", "y"]), {}, ["x", "y"]),
        (RunnableLambda(lambda text: text.upper()), {}, ["A", "B"]),
        (RunnableLambda(lambda one: {"output": one["q"] + "!"}), {"input": {"q": "{text}"}}, ["a!", "b!"]),
        (
            RunnableLambda(lambda one: str(len(one["past"]))),
            {"input": {"past": "{messages}", "who": "{session}"}},
            ["1", "3"],
        ),
        (graph_of(lambda state: {"answer": state["question"] * 2}, Asked), {}, ["aa", "bb"]),
    ],
)  # fmt: skip
async def test_the_input_is_found_by_the_schema_or_the_project_says_it(
    hold: Any, product: Any, options: Any, expected: list[str]
) -> None:
    async with target_of(product, **options) as target:
        assert answers(await hold(target, "a", "b")) == expected


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # what keeps the history is old, and still used
async def test_a_runnable_with_message_history_keeps_it_itself() -> None:
    from langchain_core.chat_history import InMemoryChatMessageHistory
    from langchain_core.runnables.history import RunnableWithMessageHistory

    kept: dict[str, Any] = {}

    def history(session_id: str) -> Any:
        return kept.setdefault(session_id, InMemoryChatMessageHistory())

    chain = RunnableWithMessageHistory(
        chat_chain(), history, input_messages_key="input", history_messages_key="history"
    )
    async with target_of(chain) as target:
        held = await hold_all(target, scripts())
    assert {name: answers(one) for name, one in held.items()} == recited()
    assert len(kept) == CROWD


async def test_a_graph_that_shortens_or_replaces_its_messages(hold: Any) -> None:
    """Without a checkpointer and with a plain list: what comes back is all that is kept."""

    class Plain(TypedDict):
        messages: list[Any]

    def last_two(state: Any) -> dict[str, Any]:
        return {"messages": [*state["messages"], AIMessage(f"{len(state['messages'])}", id=str(time.time_ns()))][-2:]}

    def only_new(state: Any) -> dict[str, Any]:
        return {"messages": [AIMessage(f"{len(state['messages'])}")]}

    Plain.__annotations__ = {"messages": list}
    async with target_of(graph_of(last_two, Plain)) as target:
        assert answers(await hold(target, "a", "b", "c", "d")) == ["1", "3", "3", "3"]
    async with target_of(graph_of(only_new, Plain)) as target:
        assert answers(await hold(target, "a", "b", "c")) == ["1", "3", "5"]


async def test_arguments_go_to_the_runnable_with_the_conversation_filled_in(hold: Any) -> None:
    def answer(text: str, config: Any) -> str:
        told = config["configurable"]
        return f"{told['user']} {told['thread_id'] == told['session_id']} {config['tags']}"

    arguments = {"config": {"configurable": {"user": "{account.name}"}, "tags": ["beta"]}}
    async with target_of(RunnableLambda(answer), arguments=arguments) as target:
        held = await hold(target, "a", context=OpenContext("c1", 7, {"name": "Ada"}))
    assert answers(held) == ["Ada True ['beta']"]


async def test_a_factory_makes_a_graph_for_each_conversation(hold: Any) -> None:
    def make(seed: int) -> Any:
        return graph_of(lambda state: {"messages": [AIMessage(f"{seed} {heard(state['messages'])}")]})

    async with target_of(make) as target:
        assert answers(await hold(target, "a", "b")) == ["7 human: a", "7 human: a | ai: 7 human: a | human: b"]

    async def make_for_a_server(config: RunnableConfig) -> Any:
        assert config["configurable"] == {}
        return graph_of(recite)

    async with target_of(make_for_a_server) as target:
        assert answers(await hold(target, "a", "b")) == ["<1> a", "<3> a"]


async def test_tool_calls_and_structured_output_of_a_pydantic_ai_agent(hold: Any) -> None:
    agent = Agent(TestModel(custom_output_text="It is sunny."))

    @agent.tool_plain
    def weather(city: str) -> str:
        return "sun"

    async with target_of(agent) as target:
        reply = last(await hold(target, "weather?"))
    assert reply.messages == ("It is sunny.",)
    assert [(one["name"], one["args"], one["result"]) for one in reply.tool_calls] == [
        ("weather", {"city": "a"}, "sun")
    ]

    class Booking(BaseModel):
        text: str
        booked: bool
        options: list[str]

    args = {"text": "Which day?", "booked": False, "options": ["Monday", "Friday"]}
    async with target_of(Agent(TestModel(custom_output_args=args), output_type=Booking)) as target:
        reply = last(await hold(target, "book"))
    assert (reply.messages, reply.options) == (("Which day?",), (Option("Monday"), Option("Friday")))
    assert reply.state == args
    assert reply.tool_calls == ()


async def test_a_tool_that_needs_approval_asks_the_user(hold: Any) -> None:
    from pydantic_ai import DeferredToolRequests

    def model(messages: list[Any], info: Any) -> ModelResponse:
        part = messages[-1].parts[-1]
        if part.part_kind == "user-prompt":
            return ModelResponse([ToolCallPart("pay", {"eur": 5}, "t1")])
        return ModelResponse([TextPart(str(part.content))])

    agent = Agent(FunctionModel(model), output_type=[str, DeferredToolRequests])

    @agent.tool_plain(requires_approval=True)
    def pay(eur: int) -> str:
        return f"paid {eur}"

    async with target_of(agent) as target:
        held = await hold(target, "pay", Press(Option("Approve", "approve")), "pay", "no, wait")
    assert answers(held) == ["May I call pay({'eur': 5})?", "paid 5", "May I call pay({'eur': 5})?", "no, wait"]


def test_a_hanging_node_does_not_hang_the_exit(tmp_path: Path) -> None:
    code = (
        "import asyncio, time; from pathlib import Path; from prebeta.targets.python.target import PythonTarget\n"
        "from langchain_core.runnables import RunnableConfig, RunnableLambda\n"
        "hang = RunnableLambda(lambda text: time.sleep(60))\n"
        "target = PythonTarget(PythonTarget.Options(function=hang, timeout_s=0.2), Path())\n"
        "asyncio.run(target.check())\n"
    )
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=50)
    assert "no answer within 0.2 s" in done.stderr
    assert time.perf_counter() - begun < 30


def test_kinds_are_told_by_classes_and_nothing_else() -> None:
    assert kind_of(graph_of(recite)) == "langgraph"
    assert kind_of(StateGraph(MessagesState)) == "langgraph"
    assert kind_of(chat_chain()) == "langchain"
    assert kind_of(Agent(TestModel())) == "pydantic-ai"
    assert [kind_of(one) for one in (Agent, MessagesState, recite, "x", None)] == [None] * 5


# --- what a person did wrong ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("product", "options", "message"),
    [
        (ChatPromptTemplate.from_template("{a} {b}"), {}, "takes {a, b}: say under target.input"),
        (chat_chain(), {"arguments": {"tags": "{nobody}"}}, "target.arguments: unknown placeholder {nobody}"),
    ],
)
async def test_the_check_says_what_the_project_lacks(product: Any, options: Any, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        await target_of(product, **options).check()
    assert message in str(caught.value)


async def test_the_check_names_the_agents_error() -> None:
    def broken(state: MessagesState) -> dict[str, Any]:
        raise KeyError("API_KEY")

    with pytest.raises(UnreachableError, match="KeyError: 'API_KEY'"):
        await target_of(graph_of(broken)).check()
    assert (await target_of(graph_of(recite)).check()).text == "<1> Hello"


def test_an_input_without_the_users_words_is_refused() -> None:
    with pytest.raises(ValueError, match="not passed on: use"):
        target_of(recite, input={"q": "hello"})
