"""What a keystroke costs the language server: a typing session replayed over real files.

    python benchmarks/keystrokes.py [ROW ...] [--every N] [--places N] [--sources FOLDER]

Places are drawn by a fixed seed among the ends of statements in methods and functions. There somebody types a line,
character by character, and takes it back; numbers are changed and changed back. Every state is looked at as if the
person paused there, which is the worst case: the server waits for a pause. Told are the processor seconds per look,
from the text to its findings, at the median and at the 95th percentile of all states, those that cannot be parsed
included. `--every` looks at every Nth state only.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.speed import MNIST  # noqa: E402
from convlint.config import Config  # noqa: E402
from convlint.config.resolve import Settings  # noqa: E402
from convlint.live.linter import Asking, LiveLinter  # noqa: E402

FILES = {
    "mnist": ("mnist.py", 0.03),
    "torchvision": ("torchvision/models/resnet.py", 0.06),
    "timm": ("timm/models/resnet.py", 0.3),
    "ultralytics": ("ultralytics/nn/modules/block.py", 0.3),
}
"""The rows: where the file is below the sources, and the bar for the 95th percentile in processor seconds."""
TYPED = ("x = x + 0", "# a remark about this", "y = self.act(x)", "assert n > 0, n", "print('here')")
_BODY = re.compile(r"^ {8}\S.*[\w)]$", re.MULTILINE)
_NUMBER = re.compile(r"(?<=[(,= ])\d+(?=[,)])")


def states(text: str, seed: int, places: int) -> Iterator[str]:
    """Yield the texts that somebody makes who types at some places of it."""
    drawn = random.Random(seed)
    ends = [match.end() for match in _BODY.finditer(text)]
    for end in drawn.sample(ends, min(places, len(ends))):
        line = "\n        " + drawn.choice(TYPED)
        for length in range(1, len(line) + 1):
            yield text[:end] + line[:length] + text[end:]
        yield text
    numbers = list(_NUMBER.finditer(text))
    for match in drawn.sample(numbers, min(places, len(numbers))):
        for number in (match[0] + "2", str(int(match[0]) + 1)):
            yield text[: match.start()] + number + text[match.end() :]
        yield text


def replay(name: str, text: str, every: int, places: int) -> list[float]:
    """Return the processor seconds of each look, the first one, at the opening of the file, left out."""
    linter, settings = LiveLinter(), Settings(Config())
    linter.look(Asking(name, text.encode(), settings, {}))
    costs = []
    for state in list(states(text, 1, places))[::every]:
        started = time.process_time()
        linter.look(Asking(name, state.encode(), settings, {}))
        costs.append(time.process_time() - started)
    return costs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("rows", nargs="*", choices=[*FILES, []], metavar="ROW")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--places", type=int, default=8)
    parser.add_argument("--sources", type=Path, default=ROOT / ".zoo")
    options = parser.parse_args()
    print(f"{'file':<34}{'states':>7}{'p50':>9}{'p95':>9}{'bar':>7}")
    for row in options.rows or FILES:
        name, bar = FILES[row]
        path = options.sources / name
        if row != "mnist" and not path.is_file():
            print(f"{name:<34} is not there")
            continue
        text = MNIST if row == "mnist" else path.read_text()
        costs = replay(str(path), text, options.every, options.places)
        p95 = statistics.quantiles(costs, n=20)[-1]
        print(f"{name:<34}{len(costs):>7}{statistics.median(costs):>9.3f}{p95:>9.3f}{bar:>7}")


if __name__ == "__main__":
    main()
