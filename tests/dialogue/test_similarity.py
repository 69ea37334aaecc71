"""Words, likeness and templates."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from prebeta.dialogue.similarity import content_words, jaccard, mask, sentences, tokens

word_sets = st.frozensets(st.sampled_from(["bike", "day", "phone", "name", "order", "ticket"]))


@given(word_sets, word_sets)
def test_likeness_is_symmetric_and_within_bounds(left: frozenset[str], right: frozenset[str]) -> None:
    assert jaccard(left, right) == jaccard(right, left)
    assert 0.0 <= jaccard(left, right) <= 1.0
    assert (jaccard(left, right) == 1.0) == (left == right)


def test_plural_and_verb_endings_meet() -> None:
    assert content_words("repairs") == content_words("repair") == content_words("repairing")
    assert content_words("What is it that you would like?") == frozenset()
    assert tokens("Don't, Bob!") == {"don't", "bob"}


def test_messages_that_differ_in_particulars_share_a_template() -> None:
    one = mask("Order ABC-12345 for Ana: 2 rooms, mail ana@example.org, 14 May at 9:30", ["Ana"])
    other = mask("Order ABC-99 for Tom: 17 rooms, mail tom@example.org, 3 May at 14:00", ["Tom"])
    assert one == other
    assert mask("Which day?") != mask("Which name?")


@given(st.text(), st.lists(st.text(max_size=10), max_size=3))
def test_masking_twice_changes_nothing_of_the_numbers(text: str, values: list[str]) -> None:
    assert not any(char in "0123456789" for char in mask(text, values))


def test_sentences_and_lines() -> None:
    assert sentences("One. Two?\nThree… four!\n\n") == ["One.", "Two?", "Three…", "four!"]
    assert sentences("Dr Lee, 14.50 euros") == ["Dr Lee, 14.50 euros"]
