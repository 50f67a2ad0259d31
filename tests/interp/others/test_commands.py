"""Programs whose options are decorators or annotations: Click and Typer start them with their defaults."""

from __future__ import annotations

import pytest

import convlint
from convlint.findings import Severity

MODEL = """
import torch
from torch import nn


def train(width, depth, flag=False):
    layers = [nn.Linear(10, width)]
    for _ in range(depth):
        layers.append(nn.Linear(width, width))
    net = nn.Sequential(*layers, nn.Linear({}, 1))
    net(torch.zeros(4, 10))


"""
PROGRAMS = {
    "click": """
import click

@click.command(help="trains")
@click.option("--width", "-w", default=64, type=int, show_default=True)
@click.option("--n-layers", default=2)
@click.option("--amp/--no-amp", default=False)
@click.option("--out", type=click.Path())
def main(width, n_layers, amp, out):
    click.echo(f"{out}")
    train(width, n_layers, amp)

if __name__ == "__main__":
    main()
""",
    "click with a context": """
import click

@click.command
@click.pass_context
@click.option("-w", "--width", default="64", type=int)
def main(ctx, width):
    train(width, 1)

main()
""",
    "typer": """
import typer

app = typer.Typer()

@app.command()
def main(width: int = 64, depth: int = typer.Option(2, help="layers")):
    train(width, depth)

if __name__ == "__main__":
    app()
""",
    "typer.run": """
import typer

def main(width: int = typer.Option(64), name: str = "a"):
    train(width, 1)

typer.run(main)
""",
}


def errors(source: str) -> list[str]:
    found = convlint.lint_source(source, "main.py").findings
    return [finding.code for finding in found if finding.severity is Severity.ERROR]


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_a_program_runs_with_its_defaults(program: str) -> None:
    assert errors(MODEL.replace("{}", "64") + program) == []
    assert errors(MODEL.replace("{}", "32") + program) == ["CVL202"]


def test_what_has_no_default_is_not_known() -> None:
    program = PROGRAMS["click"].replace("default=64, type=int, show_default=True", "type=int, required=True")
    assert errors(MODEL.replace("{}", "32") + program) == []
