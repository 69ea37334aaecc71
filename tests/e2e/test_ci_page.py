"""docs/ci.md: the commands of its workflows, run in order in a project of their own.

Two lines differ from a CI system's: `pip install prebeta` is left out, because the environment of these tests has it; and what
the cache does between jobs, the project's folder does, which stays.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CLAIMS = ROOT / "tests" / "products" / "claims"
INSTALL = "pip install prebeta"
DESK = "from claim_client import desk\n\nreply = desk({faults!r}, {{}})\n"


def blocks() -> list[Any]:
    """The YAML documents of the page."""
    text = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    return [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)]


def github() -> list[str]:
    """The commands of the workflow."""
    workflow = next(block for block in blocks() if "jobs" in block)
    return [step["run"] for step in workflow["jobs"]["conversations"]["steps"] if "run" in step]


def gitlab() -> list[str]:
    """The commands of the job."""
    return list(next(block for block in blocks() if "prebeta" in block)["prebeta"]["script"])


@dataclass(frozen=True)
class Pipeline:
    """A project and the commands that CI runs in it at each commit."""

    folder: Path
    commands: list[str]
    commit: str
    env: Mapping[str, str]

    def push(self, commit: str, *faults: str) -> subprocess.CompletedProcess[str]:
        """What the commands come to at a commit whose product has these faults: they stop at the first that fails."""
        (self.folder / "product.py").write_text(DESK.format(faults=faults))
        assert self.commands.count(INSTALL) == 1
        script = "\n".join(command for command in self.commands if command != INSTALL)
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        mine = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "CI_", "COLUMNS"))}
        env = {**mine, "PATH": path, "CI": "true", self.commit: commit, **self.env}
        return subprocess.run(
            ["bash", "-e", "-c", script],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd=self.folder,
            env=env,
            check=False,
            timeout=180,
        )


def project(folder: Path) -> Path:
    """The claims desk with the page's own rules."""
    for file in CLAIMS.glob("claim_*.py"):
        shutil.copy(file, folder)
    rules = next(block for block in blocks() if "gate" in block)
    text = (CLAIMS / "prebeta.yaml").read_text().replace("claim_client:reply", "product:reply")
    (folder / "prebeta.yaml").write_text(text + yaml.safe_dump(rules))
    return folder


def results(file: Path) -> dict[str, str]:
    """Each rule of a JUnit report and what it came to."""
    cases = ElementTree.parse(file).getroot().iterfind("testsuite/testcase[@classname='prebeta.gate']")
    kinds = {"failure": "failed", "error": "inconclusive"}
    return {
        str(case.get("name")): next((kinds[part.tag] for part in case if part.tag in kinds), "passed") for case in cases
    }


@pytest.mark.slow
def test_the_github_workflow(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    env = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    pipeline = Pipeline(project(tmp_path), github(), "GITHUB_SHA", env)

    first = pipeline.push("a1" * 20)
    assert first.returncode == 3, first.stderr
    assert "there is no earlier run of this project to hold it against" in first.stdout
    assert "::warning title=prebeta gate inconclusive%3A no_new_findings::" in first.stdout

    same = pipeline.push("b2" * 20)
    assert same.returncode == 0, same.stdout
    assert not re.search(r"^::", same.stdout, re.MULTILINE)
    assert set(results(tmp_path / "reports" / "prebeta.xml").values()) == {"passed"}

    worse = pipeline.push("c3" * 20, "glass_is_refused")
    assert worse.returncode == 1, worse.stdout
    assert results(tmp_path / "reports" / "prebeta.xml")["no_new_findings"] == "failed"
    assert "::error title=prebeta%2C new%3A" in worse.stdout
    told = summary.read_text()
    assert [line for line in told.splitlines() if line.startswith("## ")] == [
        "## ❔ prebeta: inconclusive",
        "## ✅ prebeta: passed",
        "## ❌ prebeta: failed",
    ]
    assert "refuses" in told


@pytest.mark.slow
def test_the_gitlab_job(tmp_path: Path) -> None:
    job = next(block for block in blocks() if "prebeta" in block)["prebeta"]
    pipeline = Pipeline(project(tmp_path), gitlab(), "CI_COMMIT_SHA", {"GITLAB_CI": "true"})
    first = pipeline.push("a1" * 20)
    assert first.returncode == job["allow_failure"]["exit_codes"]
    assert pipeline.push("b2" * 20).returncode == 0
    worse = pipeline.push("c3" * 20, "glass_is_refused")
    assert (worse.returncode, "::error" in worse.stdout) == (1, False)
    report = tmp_path / job["artifacts"]["reports"]["junit"]
    assert results(report)["no_new_findings"] == "failed"
    assert all((tmp_path / kept).exists() for kept in job["artifacts"]["paths"])
    assert (tmp_path / "reports" / "prebeta.md").read_text().startswith("## ❌ prebeta: failed")


def test_a_run_that_could_not_be_held_is_not_judged_by_an_older_one(tmp_path: Path) -> None:
    pipeline = Pipeline(project(tmp_path), gitlab(), "CI_COMMIT_SHA", {})
    pipeline.push("a1" * 20)
    (tmp_path / "claim_desk.py").write_text("raise RuntimeError('the release is broken')\n")
    broken = pipeline.push("b2" * 20)
    assert broken.returncode == 2, broken.stdout
    assert "no run 'b2b2" in broken.stderr


@pytest.mark.parametrize("commands", [github(), gitlab()])
def test_the_pages_commands_are_the_ones_meant(commands: list[str]) -> None:
    assert [command.split()[:2] for command in commands] == [
        ["pip", "install"],
        ["prebeta", "run"],
        ["prebeta", "gate"],
    ]
