"""CSV with a message a row: which column is which, who speaks, what a bad row does."""

from __future__ import annotations

from pathlib import Path

import pytest

from prebeta.core.errors import UsageError
from prebeta.core.types import Option
from prebeta.datasets.importing import Gathered, gather, mapping_of

PLAIN = "chat_id,who,message\n1,customer,hello\n1,bot,which day?\n2,customer,hi\n1,customer,Monday\n2,agent,hello\n"


def read(folder: Path, text: str, mapping: str = "", name: str = "log.csv") -> Gathered:
    (folder / name).write_text(text, encoding="utf-8")
    return gather(folder / name, mapping_of(mapping))


def said(found: Gathered) -> list[list[str]]:
    return [[turn.text for turn in talk.turns] for talk in found.talks]


def test_rows_are_gathered_by_conversation_in_the_order_they_begin(tmp_path: Path) -> None:
    found = read(tmp_path, PLAIN)
    assert [talk.id for talk in found.talks] == ["1", "2"]
    assert said(found) == [["hello", "which day?", "Monday"], ["hi", "hello"]]
    assert found == read(tmp_path, PLAIN, "conversation=chat_id,speaker=who,text=message")


@pytest.mark.parametrize("head", ["Conversation ID;Role;Content", "session\tsender\ttext", "Ticket|From|Body"])
def test_columns_and_separators_are_guessed(tmp_path: Path, head: str) -> None:
    mark = next(char for char in ";\t|" if char in head)
    rows = f"{head}\n" + "\n".join(mark.join(row) for row in (("7", "Visitor", "hi"), ("7", "BOT", '"a\nb"')))
    assert said(read(tmp_path, rows)) == [["hi", "a\nb"]]


def test_a_mapping_overrides_what_would_be_guessed(tmp_path: Path) -> None:
    text = "id,chat,role,text,original\n1,a,user,HELLO,hello\n2,a,assistant,HI,hi\n"
    assert said(read(tmp_path, text, "conversation=chat,text=original")) == [["hello", "hi"]]


def test_who_speaks_may_be_said(tmp_path: Path) -> None:
    text = "chat,who,text\n1,Alice,hi\n1,HelpDesk 3,hello\n1,Bob,more\n"
    found = read(tmp_path, text, "user=alice|bob,product=HelpDesk 3")
    assert said(found) == [["hi", "hello", "more"]]
    assert said(read(tmp_path, "chat,direction,text\n1,inbound,hi\n1,outbound,hello\n")) == [["hi", "hello"]]


def test_times_order_a_conversation_and_tell_latency(tmp_path: Path) -> None:
    text = (
        "chat,who,text,time\n1,bot,c,2025-03-01 10:00:09\n1,user,b,2025-03-01 10:00:05\n1,bot,a,2025-03-01 10:00:00\n"
    )
    found = read(tmp_path, text)
    assert said(found) == [["a", "b", "c"]]
    assert found.talks[0].turns[2].latency_s == 4


def test_options_state_success_and_goal(tmp_path: Path) -> None:
    text = 'chat,who,text,options,state,success,goal\n1,bot,Which?,Mon | Tue,"{""step"": 1}",,a day\n1,user,Mon,,,no,\n'
    (talk,) = read(tmp_path, text).talks
    reply = talk.turns[0].reply
    assert reply is not None
    assert reply.options == (Option("Mon"), Option("Tue"))
    assert reply.state == {"step": 1}
    assert talk.turns[1].move is not None
    assert talk.turns[1].move.kind == "press"
    assert (talk.label, talk.goal) == (False, "a day")


def test_bad_rows_are_named_by_line_and_the_rest_is_kept(tmp_path: Path) -> None:
    text = 'chat,who,text\n1,user,"two\nlines"\n1,bot,hello\n1,Zoe,x\n,user,y\n\n2,user,alone\n3,system,note\n'
    found = read(tmp_path, text)
    assert said(found) == [["two\nlines", "hello"]]
    assert [(one.line, one.reason.split(";")[0]) for one in found.skipped] == [
        (5, "'Zoe' is neither user nor product"),
        (6, "names no conversation in column 'chat'"),
        (8, "conversation '2': nobody speaks as the product"),
    ]


@pytest.mark.parametrize(
    ("text", "mapping", "told"),
    [
        ("a,b\n1,2\n", "", "which column holds the conversation and the speaker and the text? say so: --map"),
        (PLAIN, "speaker=wo", "no column 'wo' (--map speaker=wo); did you mean 'who'?"),
        (PLAIN, "speeker=who", "--map: unknown 'speeker'; did you mean 'speaker'?"),
        (PLAIN, "who", "'who' should be FIELD=COLUMN"),
        ("chat,who,text\n1,Zoe,x\n", "", "line 2: 'Zoe' is neither user nor product"),
        ("", "", "which column holds"),
    ],
)
def test_what_cannot_be_told_is_asked_in_a_line(tmp_path: Path, text: str, mapping: str, told: str) -> None:
    with pytest.raises(UsageError) as error:
        read(tmp_path, text, mapping)
    assert told in str(error.value)
    assert "\n" not in str(error.value)
