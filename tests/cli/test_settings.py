"""What is read, under which settings: options, the nearest file for each, and what a run shows of it."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest

from convlint.cli import main
from tests.cli.programs import BROKEN, CLEAN, PADDED, SHRINKING


def told(capsys, *arguments):
    """Run `convlint check` and return (code, ["path CODE", …])."""
    code = main(["check", "--output-format", "json", *arguments])
    return code, [f"{entry['filename']} {entry['code']}" for entry in json.loads(capsys.readouterr().out)]


def test_each_file_is_checked_under_the_settings_nearest_to_it(project, capsys):
    for folder in ("a", "b"):
        project(f"{folder}/model.py", SHRINKING)
    project("convlint.toml", 'ignore = ["CVL102"]\n')
    project("b/convlint.toml", 'select = ["CVL102"]\n')
    assert told(capsys) == (1, ["b/model.py CVL102"])
    assert told(capsys, "a/model.py") == (0, [])
    assert told(capsys, "--isolated") == (1, ["a/model.py CVL102", "b/model.py CVL102"])
    assert told(capsys, "--config", "b/convlint.toml") == (1, ["a/model.py CVL102", "b/model.py CVL102"])
    assert told(capsys, "--config", "ignore = []", "a") == (1, ["a/model.py CVL102"])
    assert told(capsys, "--ignore", "shrinking-layer") == (0, [])


def test_settings_of_a_folder_leave_out_files_of_it(project, capsys):
    project("a/model.py", SHRINKING)
    project("b/model.py", SHRINKING)
    project("b/gen/model.py", SHRINKING)
    project("b/convlint.toml", 'exclude = ["gen"]\n')
    assert told(capsys) == (1, ["a/model.py CVL102", "b/model.py CVL102"])
    assert told(capsys, "b/gen/model.py") == (1, ["b/gen/model.py CVL102"])
    assert told(capsys, "b/gen/model.py", "--force-exclude") == (0, [])


@pytest.mark.parametrize(
    ("options", "files"),
    [
        ([], ["a/x.py", "b/gen/y.py", "b/z.py"]),
        (["--exclude", "gen,a"], ["b/z.py"]),
        (["--exclude", "b/gen"], ["a/x.py", "b/z.py"]),
        (["--extend-exclude", "*.py"], []),
        (["--no-respect-gitignore"], ["a/x.py", "b/gen/y.py", "b/z.py", "ignored.py"]),
        (["--config", 'include = ["b/**/*.py", "*.pyw"]'], ["a/x.pyw", "b/gen/y.py", "b/z.py"]),
    ],
)
def test_files_that_are_read(project, capsys, options, files):
    for name in ("a/x.py", "a/x.pyw", "b/gen/y.py", "b/z.py", "ignored.py", ".git/config"):
        project(name, CLEAN)
    project(".gitignore", "ignored.py\n")
    assert main(["check", "--show-files", *options]) == 0
    here = Path.cwd()
    assert [str(Path(line).relative_to(here)) for line in capsys.readouterr().out.splitlines()] == files


def test_patterns_of_options_count_from_here(project, capsys, monkeypatch):
    project("convlint.toml", "")
    project("sub/a/x.py", SHRINKING)
    project("a/x.py", SHRINKING)
    monkeypatch.chdir("sub")
    assert told(capsys, "--exclude", "a/x.py") == (0, [])
    monkeypatch.chdir("..")
    assert told(capsys, "--exclude", "a/x.py") == (1, ["sub/a/x.py CVL102"])


def test_rules_are_left_out_per_file(project, capsys):
    project("tests/model.py", SHRINKING)
    project("model.py", SHRINKING)
    project("pyproject.toml", '[tool.convlint.per-file-ignores]\n"tests/*" = ["CVL1"]\n')
    assert told(capsys) == (1, ["model.py CVL102"])
    assert told(capsys, "--per-file-ignores", "model.py:CVL2,CVL102") == (0, [])
    assert told(capsys, "--per-file-ignores", "*.txt:ALL") == (1, ["model.py CVL102", "tests/model.py CVL102"])
    assert told(capsys, "--extend-per-file-ignores", "/model.py:shrinking-layer") == (0, [])


def test_severities_of_the_settings_decide_the_exit_code(project, capsys):
    project("model.py", SHRINKING)
    assert told(capsys, "--config", "severity.CVL1 = 'note'") == (0, ["model.py CVL102"])
    assert told(capsys, "--config", "severity.CVL1 = 'off'") == (0, [])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--select", ""], "--select: give rules"),
        (["--ignore", " , "], "--ignore: give rules"),
        (["--select", "shrinking"], "the nearest is `shrinking-layer`"),
        (["--config", "selec = []"], "the nearest known key is `select`"),
        (["--config", "a.toml", "--config", "b.toml"], "settings come from one"),
        (["--config", "a.toml", "--isolated"], "exclude each other"),
        (["--per-file-ignores", "CVL102"], "give a pattern, a colon and rules"),
        (["--python", "nowhere"], "neither a virtual environment nor an interpreter in one"),
    ],
)
def test_wrong_options_end_the_run(project, capsys, arguments, says):
    project("model.py", CLEAN)
    assert main(["check", *arguments]) == 2
    assert says in capsys.readouterr().err


def test_a_wrong_selector_in_the_settings_is_told_with_its_place(project, capsys):
    project("model.py", CLEAN)
    project("pyproject.toml", '[project]\nname = "x"\n[tool.convlint]\nignore = ["CVL102",\n"CVL99"]\n')
    assert main([]) == 2
    assert "pyproject.toml:5: unknown rule selector `CVL99`" in capsys.readouterr().err


def test_one_path_that_is_not_there_does_not_drop_the_others(project, capsys):
    project("model.py", SHRINKING)
    assert main(["check", "model.py", "gone.py", "--output-format", "concise"]) == 2
    captured = capsys.readouterr()
    assert "model.py:7:21" in captured.out
    assert "gone.py: No such file or directory" in captured.err


def test_what_cannot_be_read_in_a_folder_is_told(project, capsys):
    project("model.py", BROKEN)
    Path("link.py").symlink_to("gone.py")
    assert main(["--output-format", "concise"]) == 2
    captured = capsys.readouterr()
    assert "CVL900" in captured.out
    assert "link.py: No such file or directory" in captured.err


def test_a_folder_without_python_files_says_so(project, capsys):
    project("readme.txt", "")
    assert main([]) == 0
    assert "warning: there are no Python files under the given paths" in capsys.readouterr().err


def test_malformed_comments_are_warnings_that_fail_nothing(project, capsys):
    project("model.py", CLEAN + "\n# convlint: ignroe[CVL102]\n")
    assert main([]) == 0
    assert "warning: model.py:12:1: unknown directive `ignroe`" in capsys.readouterr().err


def test_settings_are_shown_with_their_origin(project, capsys):
    project("model.py", CLEAN)
    file = project("pyproject.toml", '[tool.convlint]\nselect = ["CVL1"]\nseverity.CVL101 = "note"\n')
    packages = Path(".venv/lib/python3.11/site-packages/torch-2.4.0.dist-info")
    packages.mkdir(parents=True)
    assert main(["check", "--show-settings", "--python", ".venv", "--ignore", "CVL102"]) == 0
    out = capsys.readouterr().out
    assert f"# from {file}\n# packages of .venv: as it was said\n" in out
    assert "# torch 2.4.0\n" in out
    assert 'select = ["CVL1"]\n' in out
    assert 'ignore = ["CVL102"]\n' in out
    assert '[severity]\n"CVL101" = "note"\n' in out
    assert main(["check", "--show-settings", "--output-format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["source"], shown["settings"]["select"]) == (str(file), ["CVL1"])


def test_the_output_format_of_the_settings(project, capsys, monkeypatch):
    project("model.py", CLEAN)
    project("convlint.toml", 'output-format = "json"\n')
    assert main([]) == 0
    assert capsys.readouterr().out == "[]\n"
    monkeypatch.setenv("CONVLINT_OUTPUT_FORMAT", "concise")
    assert main([]) == 0
    assert capsys.readouterr().out == ""


def test_settings_are_explained(capsys):
    assert main(["config", "per-file-ignores"]) == 0
    assert "default: {}" in capsys.readouterr().out
    assert main(["config", "--output-format", "json"]) == 0
    keys = [entry["key"] for entry in json.loads(capsys.readouterr().out)]
    assert "search-path" in keys
    assert main(["config", "serch-path"]) == 2
    assert "the nearest is `search-path`" in capsys.readouterr().err
    assert main(["config", "--schema"]) == 0
    assert json.loads(capsys.readouterr().out)["additionalProperties"] is False


def test_version_as_json(capsys):
    from convlint import __version__

    assert main(["version", "--output-format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"version": __version__}


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completion_knows_verbs_and_options(capsys, shell):
    assert main(["generate-shell-completion", shell]) == 0
    script = capsys.readouterr().out
    assert "--per-file-ignores" in script
    assert "summary" in script


def test_findings_go_to_the_file_that_is_named(project, capsys):
    project("model.py", SHRINKING)
    assert main(["check", "--output-format", "sarif", "--output-file", "out.sarif"]) == 1
    assert capsys.readouterr().out == ""
    assert json.loads(Path("out.sarif").read_text())["runs"][0]["results"][0]["ruleId"] == "CVL102"
    assert main(["check", "-o", "no/such/folder"]) == 2


def test_statistics(project, capsys):
    project("a.py", SHRINKING)
    project("b.py", SHRINKING.replace("Conv2d(3, 8, 3)", "Conv2d(3, 8, 2, padding=1)"))
    assert main(["check", "--statistics"]) == 1
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [(line[0], line[1], line[-1]) for line in lines] == [
        ("1", "CVL102", "shrinking-layer"),
        ("1", "CVL104", "even-kernel-same"),
    ]
    assert main(["check", "--statistics", "--output-format", "json"]) == 1
    assert [entry["count"] for entry in json.loads(capsys.readouterr().out)] == [1, 1]


@pytest.mark.parametrize(
    ("program", "options", "code"),
    [
        (SHRINKING, [], 1),
        (SHRINKING, ["--exit-non-zero-on", "error"], 0),
        (PADDED, [], 0),
        (PADDED, ["--exit-non-zero-on", "note"], 1),
        (BROKEN, ["--exit-non-zero-on", "error"], 1),
        (BROKEN, ["--exit-non-zero-on", "error", "--exit-zero"], 0),
    ],
)
def test_which_findings_fail_the_run(project, program, options, code):
    project("model.py", program)
    assert main(["check", *options]) == code


def test_quiet_and_silent(project, capsys):
    project("model.py", SHRINKING)
    assert main(["check", "-q"]) == 1
    captured = capsys.readouterr()
    assert captured.out
    assert not captured.err
    assert main(["check", "--silent"]) == 1
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("variables", "options", "coloured"),
    [
        ({}, [], False),
        ({"FORCE_COLOR": "1"}, [], True),
        ({"CLICOLOR_FORCE": "1"}, [], True),
        ({"FORCE_COLOR": "0"}, [], False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, [], False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, [], False),
        ({"NO_COLOR": "1"}, ["--color", "always"], True),
        ({"FORCE_COLOR": "1"}, ["--color", "never"], False),
        ({"FORCE_COLOR": "1"}, ["--output-format", "github"], False),
    ],
)
def test_colours(project, capsys, monkeypatch, variables, options, coloured):
    project("model.py", SHRINKING)
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE", "NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    main(["check", *options])
    assert ("\x1b[" in capsys.readouterr().out) == coloured


def test_one_model_of_a_file(project, capsys):
    both = SHRINKING + SHRINKING.replace("Net", "Other").replace("from torch import nn\n", "")
    project("a.py", both)
    assert [code.split()[1] for code in told(capsys, "a.py")[1]] == ["CVL102", "CVL102"]
    assert told(capsys, "a.py:Other") == (1, ["a.py CVL102"])
    assert told(capsys, "a.py:Net", "a.py:Other")[1] == ["a.py CVL102", "a.py CVL102"]
    assert main(["check", "a.py:Othr"]) == 2
    assert "there is no `Othr` in a.py; the nearest is `Other`" in capsys.readouterr().err


def test_a_model_that_the_program_has_built_is_a_target(project, capsys):
    project("a.py", "from torch import nn\n\nnet = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Flatten(), nn.Linear(8, 2))\n")
    assert main(["summary", "a.py:net", "--input", "1,3,3,3", "--output-format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [layer["kind"] for layer in shown["layers"]] == ["Conv2d", "Flatten", "Linear"]
    assert (shown["params"], shown["output_shapes"]) == (242, [[1, 2]])


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        ("", []),
        ("arguments = { widths = [8, 16], kernel = 3 }", ["a.py CVL102"]),
        ("arguments = { widths = [8, 16], kernel = 3, padding = true }", []),
        ("arguments = { widths = [8, 16], kernel = 3, inner = 5, padding = true }", ["a.py CVL201"]),
    ],
)
def test_a_model_is_built_with_the_arguments_of_the_settings(project, capsys, arguments, codes):
    program = """\
    from torch import nn


    class Net(nn.Module):
        def __init__(self, widths, kernel, inner=None, padding=False):
            super().__init__()
            self.first = nn.Conv2d(3, widths[0], kernel, padding=kernel // 2 if padding else 0)
            self.second = nn.Conv2d(inner or widths[0], widths[1], 1)

        def forward(self, x):
            return self.second(self.first(x))
    """
    project("a.py", textwrap.dedent(program))
    project("convlint.toml", f'[models."a:Net"]\ninput = [1, 3, 8, 8]\n{arguments}\n')
    assert told(capsys)[1] == codes


def test_columns_count_characters(project, capsys):
    """One for each, whatever bytes or UTF-16 units it takes, also in JSON."""
    text = "import torch\nfrom torch import nn\n\n'😋é'; nn.Linear(3, 4)(torch.randn(1, 5))\n"
    project("a.py", text)
    main(["check", "--isolated", "--no-cache", "--output-format", "concise", "a.py"])
    assert capsys.readouterr().out.startswith("a.py:4:7: CVL202 ")
    main(["check", "--isolated", "--no-cache", "--output-format", "json", "a.py"])
    (entry,) = json.loads(capsys.readouterr().out)
    assert entry["location"] == {"row": 4, "column": 7}
