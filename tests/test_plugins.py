"""The registry: what is unknown or misspelt gets one line that says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from prebeta import plugins
from prebeta.core.errors import UsageError


@pytest.mark.parametrize(
    ("group", "name"), [(group, name) for group, known in plugins.BUILT_IN.items() for name in known]
)
def test_every_built_in_is_there(group: str, name: str) -> None:
    assert callable(plugins.load(group, name))
    assert name in plugins.names(group)


@pytest.mark.parametrize(
    ("group", "name", "hint"),
    [
        ("target", "htpp", "did you mean 'http'?"),
        ("user", "autopliot", "did you mean 'autopilot'?"),
        ("target", "zzz", "known: python, http"),
        ("nothing", "zzz", "module:attribute"),
    ],
)
def test_an_unknown_name_gets_the_nearest_right_one(group: str, name: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        plugins.load(group, name)
    assert hint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_module_and_attribute_are_taken_wherever_a_name_is() -> None:
    assert plugins.load("judge", "json:dumps") is plugins.attribute("json:dumps")
    assert plugins.attribute("pathlib:Path.home") == Path.home


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        ("json", "isn't of the form module:attribute"),
        ("json:", "isn't of the form module:attribute"),
        (":dumps", "isn't of the form module:attribute"),
        ("no_such_module_here:x", "no module 'no_such_module_here' here"),
        ("json.no_such_part:x", "no module 'json.no_such_part' here"),
        ("json:dump_s", "json has no 'dump_s'; did you mean 'dumps'?"),
        ("pathlib:Path.hom", "did you mean 'home'?"),
        ("json:zzzzzz", "json has no 'zzzzzz'"),
    ],
)
def test_a_wrong_path_says_which_half_is_wrong(path: str, complaint: str) -> None:
    with pytest.raises(UsageError, match="'"):
        plugins.attribute(path)
    with pytest.raises(UsageError) as caught:
        plugins.attribute(path)
    assert complaint in str(caught.value)


def test_a_module_that_lacks_something_itself_names_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_product_with_needs.py").write_text("import no_such_dependency\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(UsageError, match="needs the module 'no_such_dependency', which isn't installed"):
        plugins.attribute("my_product_with_needs:reply")
