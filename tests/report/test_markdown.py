from __future__ import annotations

import re
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from written_gates import EVIL, gated

from prebeta.report.markdown import code, escaped, markdown

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
ACTIVE = ("link_open", "image", "html_inline", "html_block", "fence", "code_block", "blockquote_open", "hr")
ALIVE = re.compile(r"[@#]\w|://|www\.|gh-\d", re.IGNORECASE)
"""What GitHub makes mentions, references and links of, outside of code."""


def tokens(text: str) -> Iterator[Token]:
    for token in READER.parse(text):
        yield token
        yield from token.children or ()


def shape(text: str) -> tuple[str, ...]:
    """The blocks of a document, without what stands in them."""
    return tuple(token.type for token in READER.parse(text))


ORDINARY = shape(markdown(gated()))


def check(text: str) -> None:
    """Nothing in it is active, and headings are ours."""
    found = list(tokens(text))
    assert not [token.type for token in found if token.type in ACTIVE]
    for token in found:
        if token.type == "text":
            assert not ALIVE.search(token.content), token.content
    headings = [found[at + 1].content for at, token in enumerate(found) if token.type == "heading_open"]
    assert headings == ["❌ prebeta: failed", "What broke"]


def test_the_whole_page() -> None:
    made = gated(known=5)
    found = {one["kind"]: one for one in made.summary["findings"]}
    new, known = found["LOOP"], found["DEAD_END"]
    assert (
        markdown(made)
        == f"""\
## ❌ prebeta: failed

**17 of 100 conversations failed** (17 %, 95 % interval 11–26 %) · run `after`, release `It is booked.`

| | rule | why |
|---|---|---|
| ✅ passed | `max_failure_rate 50 %` | 17 of 100 typical users failed \\(17 %, 95 % interval 11–26 %\\): not above 50 % |
| ❔ inconclusive | `max_flawed_rate 15 %` | 17 of 100 typical users met a fault \\(17 %, 95 % interval 11–26 %\\): 15 % lies in the \
interval; about 1,225 conversations would decide it, if the rate stays so \\(\\-n 1225\\) |
| ❌ failed | `no_new_findings` | 1 finding that run before \\(release It is booked\\.\\) didn't have: F\\-{new["id"][2:]} In day \
after an answer the product repeats itself instead of taking the day \\(0 → 12 of 100\\) |
| ❌ failed | `not_worse` | worse than run before \\(release It is booked\\.\\): 5\\.0 % → 17 %, difference \\+12 points \
\\[\\+5\\.5, \\+20\\], 100 pairs |

- new: F\\-{new["id"][2:]} In day after an answer the product repeats itself instead of taking the day \\(0 → 12 of 100\\)
- note: both runs are of release It is booked\\.: what differs is chance, or a change that the release doesn't tell

### What broke

1. In day after an answer the product repeats itself instead of taking the day **new**  
   `LOOP {new["id"]}` · 12 conversations, 12 failed · mended: 17 % → 5.0 %  
   `It is booked. → It is booked.`  
   `prebeta show after c005 --store s.db`
2. In bike after an answer the product leaves the user with nothing to go on with  
   `DEAD_END {known["id"]}` · 5 conversations, 5 failed · mended: 17 % → 12 %  
   `It is booked. → It is booked.`  
   `prebeta show after c000 --store s.db`
"""
    )


def test_hostile_texts_have_no_power() -> None:
    text = markdown(gated(EVIL, name=EVIL))
    check(text)
    assert shape(text) == ORDINARY


@settings(max_examples=40, deadline=None)
@given(st.text(st.one_of(st.characters(codec=None), st.sampled_from("`|\\<>@#*_[]()!&\n\r~:/-")), max_size=40))
def test_any_text_changes_nothing_but_itself(text: str) -> None:
    made = markdown(gated(text or "x", name=f"x{text}"))
    check(made)
    assert shape(made) == ORDINARY


@given(st.text(st.sampled_from("ab `|\\<>@#*_[]()!&~:/-$^=+.0"), min_size=1, max_size=30))
def test_escaped_and_code_show_the_text_as_it_is(text: str) -> None:
    shown = " ".join(text.split())
    for made in (f"x {escaped(text)} y", f"x {code(text)} y"):
        parts = READER.parseInline(made)[0].children or []
        read = "".join(part.content if part.type in ("text", "code_inline", "text_special") else "\n" for part in parts)
        assert " ".join(read.replace("\u2060", "").split()) == " ".join(f"x {shown} y".split())


def test_code_in_a_cell_keeps_its_bars() -> None:
    table = f"| a | b |\n|---|---|\n| {code('x | `y` | z', cell=True)} | 2 |\n"
    cells = [token.content for token in tokens(table) if token.type == "code_inline"]
    assert cells == ["x | `y` | z"]
