from __future__ import annotations

import pytest

from prebeta.report.wording import bar, covered, cut, percent, plain, span, times


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[2J\x1b]0;owned\x07", "␛[2J␛]0;owned␇"),
        ("a\rb\x00c\x7f", "a␍b␀c␡"),
        ("\x9b31m", "�31m"),
        ("safe\u202eexe.txt\u2066", "safe�exe.txt�"),
        ("\ud800", "�"),
        ("line\u2028two", "line�two"),
        ("[bold red]markup[/]", "[bold red]markup[/]"),
    ],
)
def test_nothing_is_left_that_a_terminal_would_obey(hostile: str, shown: str) -> None:
    assert plain(hostile) == shown


@pytest.mark.parametrize("text", ["Zürich, naïve", "日本語 العربية עברית", "👩‍💻 👍🏽 ❤️", "a\n\tb", "e\u0301"])
def test_letters_marks_and_emoji_stay(text: str) -> None:
    assert plain(text) == text


def test_one_line() -> None:
    assert plain("a\r\n  b\tc ", one_line=True) == "a b c"


def test_numbers_in_words() -> None:
    assert [percent(share) for share in (0.0, 0.004, 0.0994, 0.172, 1.0)] == ["0 %", "0.4 %", "9.9 %", "17 %", "100 %"]
    assert span((0.13, 0.22)) == "95 % interval 13–22 %"
    assert span((0.0, 0.006)) == "below 0.6 %"
    assert span([0.97, 1]) == "above 97 %"
    assert [times(1, "turn"), times(2000, "turn")] == ["1 turn", "2,000 turns"]


def test_bars_and_cuts() -> None:
    assert [bar(share, 10) for share in (0.0, 0.001, 0.5, 1.0)] == ["", "█", "█████", "██████████"]
    assert [cut("abcdef", 6), cut("abcdef", 4), cut("abc", 0)] == ["abcdef", "abc…", "…"]


@pytest.mark.parametrize(
    ("share", "text"), [(1.0, "100 %"), (0.99998, "99.9 %"), (0.97, "97 %"), (0.835, "83.5 %"), (0.0, "0 %")]
)
def test_only_what_is_whole_is_said_to_be_covered_whole(share: float, text: str) -> None:
    assert covered(share) == text
