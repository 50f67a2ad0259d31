"""`argparse` on an empty command line, and on lists that stand in the program, as Python's own does it."""

from __future__ import annotations

import pytest

from convlint.interp.values.unknown import Unknown
from convlint.symbolic import Dim
from convlint.symbolic.told import origins_of
from tests.interp.running import agrees, interpret

PARSER = """
import argparse
parser = argparse.ArgumentParser(description="a program")
parser.add_argument("--img-size", type=int, default=52, metavar="N", help="size")
parser.add_argument("-b", "--batch", type=int, default="4")
parser.add_argument("--sizes", nargs="+", type=int, default=[3, 4])
parser.add_argument("--flag", action="store_true")
parser.add_argument("--no", action="store_false", dest="yes")
parser.add_argument("--lr", "--rate", type=float, default=1e-3)
parser.add_argument("--model", choices=["a", "b"], default="a")
parser.add_argument("--level", action="store_const", const=3)
parser.add_argument("--more", action="append", type=int)
parser.add_argument("-k")
group = parser.add_argument_group("model")
group.add_argument("--width", default=8, type=int)
either = group.add_mutually_exclusive_group()
either.add_argument("--left", dest="side", action="store_const", const=1, default=0)
either.add_argument("--right", dest="side", action="store_const", const=2)
"""


@pytest.mark.parametrize(
    "texts",
    [
        [],
        ["--img-size", "64", "--flag"],
        ["--sizes", "5", "6", "7", "-b", "2", "--no"],
        ["--rate=0.5", "--model", "b", "--level", "--more", "1", "--more", "2", "--right"],
        ["-k", "text", "--width", "9"],
    ],
)
def test_lists_of_the_program(texts: list[str]) -> None:
    agrees(f"{PARSER}\nresult = sorted(vars(parser.parse_args({texts!r})).items())")
    agrees(
        f"{PARSER}\nknown, rest = parser.parse_known_args({texts!r} + ['--other', '1'])\nresult = (known.width, rest)"
    )


@pytest.mark.parametrize("texts", [["--img-size", "x"], ["--nothing"], ["--img-size"]])
def test_refused_lists_end_the_program(texts: list[str]) -> None:
    agrees(
        f"{PARSER}\ntry:\n    result = parser.parse_args({texts!r}).width\nexcept SystemExit:\n    result = 'ended'\n"
    )


def test_defaults_are_what_counts_and_say_so() -> None:
    names, vm = interpret(f"{PARSER}\nargs = parser.parse_args()\nresult = (args.img_size * 2, args.sizes[1], args.lr)")
    assert names["result"] == (104, 4, 0.001)
    size, item, _ = names["result"]
    assert [origin.text for origin in origins_of(size)] == ["with the default `--img-size 52`"]
    assert [origin.place.span[0] for origin in origins_of(size)] == [4]
    assert [origin.text for origin in origins_of(item)] == ["with the default `--sizes 3 4`"]
    assert not vm.gaps


def test_what_has_no_default_is_not_known() -> None:
    names, _ = interpret(
        """
        import argparse
        parser = argparse.ArgumentParser()
        parser.add_argument("--size", type=int, required=True)
        parser.add_argument("folder")
        parser.add_argument("rest", nargs="*")
        args, rest = parser.parse_known_args()
        result = (args.size, args.folder, args.rest, rest)
        """
    )
    size, folder, more, rest = names["result"]
    assert isinstance(size, Dim)
    assert isinstance(folder, Unknown)
    assert more is None or more == []
    assert isinstance(rest, Unknown)


def test_namespaces() -> None:
    agrees(
        """
        from argparse import Namespace
        space = Namespace(size=3, name="x")
        space.more = [1]
        result = ("size" in space, "other" in space, vars(space), space == Namespace(size=3, name="x", more=[1]))
        """
    )


def test_defaults_set_later_and_parents() -> None:
    agrees(
        """
        import argparse
        base = argparse.ArgumentParser(add_help=False)
        base.add_argument("--width", type=int, default=3)
        base.set_defaults(depth=2)
        parser = argparse.ArgumentParser(parents=[base])
        parser.add_argument("--depth", type=int)
        parser.set_defaults(width=7, kind="a")
        args = parser.parse_args([])
        result = (args.width, args.depth, args.kind, parser.get_default("width"))
        """
    )


def test_commands_give_their_arguments() -> None:
    names, _ = interpret(
        """
        import argparse
        parser = argparse.ArgumentParser()
        commands = parser.add_subparsers(dest="command")
        train = commands.add_parser("train", help="train")
        train.add_argument("--size", type=int, default=8)
        train.add_argument("--seed", type=int, default=1)
        test = commands.add_parser("test")
        test.add_argument("--seed", type=int, default=2)
        args = parser.parse_args()
        result = (args.command, args.size, args.seed)
        """
    )
    command, size, seed = names["result"]
    assert isinstance(command, Unknown)
    assert size == 8
    assert isinstance(seed, Unknown)


def test_a_number_without_a_default_is_called_as_its_argument() -> None:
    names, _ = interpret(
        """
        import argparse
        parser = argparse.ArgumentParser()
        parser.add_argument("--n-heads", type=int, required=True)
        args = parser.parse_args()
        result = args.n_heads * (256 // args.n_heads)
        """
    )
    assert str(names["result"]) == "n_heads*(256//n_heads)"
