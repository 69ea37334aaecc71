"""The shape of the house: budgets and habits that a reviewer would otherwise have to watch."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src"

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
MAX_PARAMETERS = 6

HEAVY = {"sklearn", "scipy", "numpy", "pandas", "sqlalchemy", "alembic", "ray", "playwright", "aiohttp", "mcp"}
# Calls at module level that make something nobody changes afterwards.
CONSTANT_CALLS = {
    "MappingProxyType", "frozenset", "tuple", "str", "int", "float", "compile", "join", "Path", "getLogger", "Struct",
    "TypeVar", "ParamSpec", "NewType", "TypeAdapter", "MetaData", "Table", "Column", "Typer", "Option", "Argument",
    "Field", "ConfigDict", "JSONEncoder", "object", "attrgetter", "itemgetter", "version",
    "StashKey",
}  # fmt: skip
MUTABLE_LITERALS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
FOREIGN_BASES = {"Protocol", "BaseModel", "Enum", "StrEnum", "IntEnum", "NamedTuple", "TypedDict", "Generic", "ABC"}
VAGUE = re.compile(r"utils?|helpers?|common|managers?|misc", re.IGNORECASE)
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|NotImplemented" + r"Error)\b")


@cache
def sources() -> tuple[tuple[Path, str, ast.Module], ...]:
    """(path below src, text, tree) of every module of ours."""
    paths = sorted(SRC.rglob("*.py"))
    return tuple((path.relative_to(SRC), text := path.read_text(), ast.parse(text)) for path in paths)


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path, _, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path}:{node.lineno} {node.name}", node


def name_of(node: ast.expr) -> str:
    """The last name of an expression: `a.b.C[x](y)` is C."""
    while isinstance(node, ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def test_there_is_something_to_look_at() -> None:
    assert len(sources()) > 5


def test_files_are_short() -> None:
    long = {str(path): lines for path, text, _ in sources() if (lines := text.count("\n")) > MAX_FILE_LINES}
    assert not long


def test_functions_are_short() -> None:
    lengths = {where: (node.end_lineno or 0) - node.lineno + 1 for where, node in functions()}
    assert not {where: lines for where, lines in lengths.items() if lines > MAX_FUNCTION_LINES}


def _is_command_line(arguments: ast.arguments) -> bool:
    """Whether every parameter is an option or argument of a verb: then the list is the command line itself."""
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    options = {"Annotated", *_shared_options()}
    return all(argument.annotation is not None and name_of(argument.annotation) in options for argument in given)


@cache
def _shared_options() -> frozenset[str]:
    """Names of the options that several verbs take."""
    tree = next(tree for path, _, tree in sources() if str(path) == "prebeta/cli/options.py")
    found = [node for node in tree.body if isinstance(node, ast.Assign) and name_of(node.value) == "Annotated"]
    return frozenset(target.id for node in found for target in node.targets if isinstance(target, ast.Name))


def test_functions_take_few_parameters() -> None:
    wide = {}
    for where, node in functions():
        given = node.args
        count = len([*given.posonlyargs, *given.args, *given.kwonlyargs]) + bool(given.vararg) + bool(given.kwarg)
        verb = where.startswith("prebeta/cli/") and _is_command_line(given)
        if count > MAX_PARAMETERS and not verb:
            wide[where] = count
    assert not wide


def test_inheritance_is_flat() -> None:
    bases: dict[str, set[str]] = {}
    for _, _, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                bases.setdefault(node.name, set()).update(name_of(base) for base in node.bases)

    def is_exception(name: str, seen: frozenset[str] = frozenset()) -> bool:
        if name in seen:
            return False
        return name.endswith(("Exception", "Error")) or any(
            is_exception(base, seen | {name}) for base in bases.get(name, ())
        )

    def ours(name: str) -> set[str]:
        return {base for base in bases.get(name, ()) if base in bases and base not in FOREIGN_BASES and base != name}

    deep = {name for name in bases if not is_exception(name) and any(ours(base) for base in ours(name))}
    assert not deep


def _frozen_classes() -> set[str]:
    """Names of our own classes whose objects can't be changed."""
    frozen = set()
    for _, _, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                words = [word for mark in node.decorator_list if isinstance(mark, ast.Call) for word in mark.keywords]
                if any(word.arg == "frozen" for word in words) or "NamedTuple" in map(name_of, node.bases):
                    frozen.add(node.name)
    return frozen


def _makers_of(immutable: set[str]) -> set[str]:
    """Names of our own functions that say they return something that can't be changed."""
    return {node.name for _, node in functions() if node.returns is not None and name_of(node.returns) in immutable}


def _is_mutable(value: ast.expr, constant_calls: set[str]) -> bool:
    if isinstance(value, ast.Tuple):
        return any(_is_mutable(element, constant_calls) for element in value.elts)
    if isinstance(value, ast.Call):
        return name_of(value) not in constant_calls
    return isinstance(value, MUTABLE_LITERALS)


def test_modules_hold_no_state() -> None:
    frozen = _frozen_classes()
    constant_calls = CONSTANT_CALLS | frozen | _makers_of({*frozen, "Pattern", "str", "tuple", "frozenset", "Mapping"})
    state = []
    for path, _, tree in sources():
        for node in tree.body:
            if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
                continue
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [name_of(target) for target in targets]
            if names != ["__all__"] and _is_mutable(node.value, constant_calls):
                state.append(f"{path}:{node.lineno} {', '.join(names)}")
        state += [f"{path}:{node.lineno} global" for node in ast.walk(tree) if isinstance(node, ast.Global)]
    assert not state


def test_chance_is_passed_as_a_value() -> None:
    calls = []
    for path, _, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "random":
                if node.attr != "Random":
                    calls.append(f"{path}:{node.lineno} random.{node.attr}")
            elif isinstance(node, ast.ImportFrom) and node.module == "random":
                calls += [f"{path}:{node.lineno} {alias.name}" for alias in node.names if alias.name != "Random"]
    assert not calls


def _swallows(handler: ast.ExceptHandler) -> bool:
    """Whether anything at all is caught and not raised again."""
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    broad = any(kind is None or name_of(kind) in {"Exception", "BaseException"} for kind in caught)
    last = handler.body[-1]
    return broad and not (isinstance(last, ast.Raise) and last.exc is None)


def test_exceptions_are_swallowed_at_two_boundaries_only() -> None:
    broad = [
        f"{path}:{node.lineno}"
        for path, _, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and _swallows(node)
    ]
    assert len(broad) <= 2, broad
    assert all(where.startswith(("prebeta/engine/", "prebeta/judges/")) for where in broad), broad


def test_core_stands_on_the_standard_library_alone() -> None:
    foreign = []
    for path, _, tree in sources():
        if not path.is_relative_to("prebeta/core"):
            continue
        for node in ast.walk(tree):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                modules = [("." * node.level) + (node.module or "")]
            foreign += [
                f"{path}:{node.lineno} {module}"
                for module in modules
                if module.split(".")[0] not in sys.stdlib_module_names and not f"{module}.".startswith("prebeta.core.")
            ]
    assert not foreign


def test_nothing_is_left_for_later() -> None:
    left = [
        f"{path}:{number}"
        for path, text, _ in sources()
        for number, line in enumerate(text.splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert not left


def test_names_say_what_a_thing_is() -> None:
    vague = [str(path) for path, _, _ in sources() if any(VAGUE.fullmatch(part) for part in path.with_suffix("").parts)]
    vague += [
        f"{path}:{node.lineno} {node.name}"
        for path, _, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and re.search(r"(Manager|Helpers?|Utils?)$", node.name)
    ]
    assert not vague


def test_what_is_private_to_a_module_stays_there() -> None:
    foreign = [
        f"{path}:{node.lineno} {alias.name}"
        for path, _, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.level or (node.module or "").startswith(("prebeta", "pytest_prebeta")))
        for alias in node.names
        if alias.name.startswith("_") and not alias.name.startswith("__")
    ]
    assert not foreign


def test_test_files_have_names_of_their_own() -> None:
    """Without packages in tests/ pytest imports by base name."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert len(names) == len(set(names))


def loaded_after(code: str) -> tuple[set[str], float]:
    """The top-level modules loaded, and the CPU seconds taken, by a fresh interpreter that runs `code`."""
    tail = "import sys, time; print('\\n' + ' '.join(m for m in sys.modules if '.' not in m), time.process_time())"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{tail}"], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    )
    *modules, seconds = done.stdout.splitlines()[-1].split()
    return set(modules), float(seconds)


def test_importing_prebeta_loads_nothing_heavy() -> None:
    modules, _ = loaded_after("import prebeta")
    assert "prebeta" in modules
    assert not modules & (HEAVY | {"pydantic", "typer", "rich", "yaml"})


def test_help_loads_nothing_heavy_and_is_quick() -> None:
    run = "import sys; sys.argv = ['prebeta', '--help']\ntry:\n from prebeta.cli.main import main; main()\n"
    modules, seconds = loaded_after(run + "except SystemExit: pass")
    assert "typer" in modules
    assert not modules & (HEAVY | {"asyncio"})
    # A loose bound that a busy machine keeps; `make bench` shows the true figure (under 0.3 s compiled).
    assert seconds < 1.0


def test_layers_hold() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program], capture_output=True, text=True, cwd=ROOT, check=False, env=os.environ, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
