"""The README and the settings page say what is so."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from airflow_ecs import args

PROJECT = Path(__file__).parent.parent
README = (PROJECT / "README.md").read_text()
SETTINGS = (PROJECT / "docs/settings.md").read_text()


def test_the_readme_shows_the_program_that_is_tested() -> None:
    program = (PROJECT / "examples/minimal/__main__.py").read_text()
    assert f"```python\n{program}```" in README
    assert len(program.splitlines()) == 12


def test_the_readmes_table_has_every_setting() -> None:
    listed = set(re.findall(r"^\| `([a-z_]+)` \|", README, re.MULTILINE))
    assert listed == args.AirflowClusterArgs.__annotations__.keys() - {"environment"}


def test_the_settings_page_has_every_nested_setting() -> None:
    nested = (
        args.NetworkArgs,
        args.IngressArgs,
        args.ImageArgs,
        args.PipelinesArgs,
        args.ImagePipelineArgs,
        args.DagPipelineArgs,
        args.QualityGateArgs,
        args.DagsArgs,
        args.DatabaseArgs,
        args.BrokerArgs,
        args.ServiceArgs,
        args.UserArgs,
        args.LogsArgs,
        args.RemoteTasksArgs,
        args.MwaaArgs,
        args.MwaaParametersArgs,
    )
    for group in nested:
        for key in group.__annotations__:
            assert re.search(rf"`(\w+\.)?{key}`", SETTINGS), f"{group.__name__}.{key}"


def test_the_page_about_remote_tasks_has_every_parameter_in_its_order() -> None:
    page, _ = (PROJECT / "docs/remote-tasks.md").read_text().split("\n### ", 1)
    listed = re.findall(r"^\| `([a-z_]+)` \|", page, re.MULTILINE)
    (function,) = (
        node
        for node in ast.parse((PROJECT / "airflow_ecs/remote/make.py").read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name == "make_remote_operator"
    )
    given = [*function.args.args, *function.args.kwonlyargs]
    assert listed == [argument.arg for argument in given]


def test_every_link_between_our_pages_leads_somewhere() -> None:
    for page in (
        PROJECT / "README.md",
        *PROJECT.glob("docs/**/*.md"),
        *PROJECT.glob("examples/*/*.md"),
    ):
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} -> {target}"


def test_every_make_verb_of_the_readme_exists() -> None:
    makefile = (PROJECT / "Makefile").read_text()
    for verb in re.findall(r"`?make ([a-z-]+)", README):
        assert re.search(rf"^{verb}:", makefile, re.MULTILINE), verb
