"""Every setting there is, with its type, default and description: files, `--config` and the schema follow it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from msgspec import Meta

from convlint.config.counts import Count, parse_bytes, parse_count

InputSize = int | str
"""One size of a declared input: a number, or the name of a symbol."""
Selectors = tuple[str, ...]
"""Codes (CVL101), beginnings of codes (CVL1), names (shrinking-layer), or ALL."""
Level = Literal["error", "warning", "note", "off"]
Format = Literal[
    "full", "concise", "grouped", "json", "json-lines", "sarif", "github", "gitlab", "junit", "rdjson", "azure"
]


OptimizerName = Literal[
    "adam", "adamw", "radam", "adamax", "adagrad", "rmsprop", "adadelta", "sgd-momentum", "sgd", "none"
]


class MemoryBudget(NamedTuple):
    """How many bytes training may take, at which batch size where that is open, and what it trains with."""

    limit: int | None
    batch_size: int | None
    dtype: str
    optimizer: str


class Budgets(msgspec.Struct, frozen=True, rename="kebab", kw_only=True):
    """Upper limits; None means that there is none."""

    max_layer_params: Annotated[
        Count | None, Meta(description='CVL301: the most parameters that one layer may have, such as "5M".')
    ] = None
    max_model_params: Annotated[
        Count | None, Meta(description="CVL302: the most parameters that a model may have.")
    ] = None
    max_activation: Annotated[
        Count | None, Meta(description="CVL303: the most elements that one output may have, the batch included.")
    ] = None
    max_macs: Annotated[
        Count | None, Meta(description="CVL304: the most multiply-accumulates that one run of a model may take.")
    ] = None

    max_memory: Annotated[
        int | str | None, Meta(description='CVL307: the most memory that training a model may take, such as "24 GiB".')
    ] = None
    batch_size: Annotated[
        Annotated[int, Meta(ge=1)] | None,
        Meta(description="CVL307: the batch to train with, where the size of the input leaves it open."),
    ] = None
    memory_dtype: Annotated[
        Literal["float32", "float16", "bfloat16", "float64"] | None,
        Meta(description='CVL307: what is trained in; "float32" if this says nothing.'),
    ] = None
    memory_optimizer: Annotated[
        OptimizerName | None,
        Meta(description='CVL307: whose state counts; "adam" if this says nothing, "none" for none.'),
    ] = None

    def limit(self, name: str) -> int | None:
        """Return the limit under its Python name, such as "max_macs", as a whole number. Raises ValueError."""
        value = getattr(self, name)
        if value is None or not name.startswith("max_"):
            return None
        return parse_bytes(value) if name == "max_memory" else parse_count(value)


class ModelSettings(Budgets, frozen=True, rename="kebab", forbid_unknown_fields=True, kw_only=True):
    """What a configuration says of one model: the sizes of its inputs, and budgets of its own."""

    input: Annotated[
        tuple[InputSize | tuple[InputSize, ...], ...] | None,
        Meta(
            description="The shape of the input, [1, 3, 224, 224], or a list of shapes; names stand for open sizes.",
            examples=[[1, 3, 224, 224], ["N", 3, "H", "W"], [[1, 3, 32, 32], [1, 10]]],
        ),
    ] = None

    arguments: Annotated[
        dict[str, Any],
        Meta(description="What the class is built with, by parameter: numbers, text, true, false, arrays, tables."),
    ] = {}

    @property
    def inputs(self) -> tuple[tuple[InputSize, ...], ...] | None:
        """The shape of each input tensor; one flat list is one tensor."""
        if self.input is None:
            return None
        shapes = [size for size in self.input if isinstance(size, tuple)]
        return tuple(shapes) if shapes else (tuple(size for size in self.input if not isinstance(size, tuple)),)


class Config(Budgets, frozen=True, rename="kebab", forbid_unknown_fields=True, kw_only=True):
    """Every setting, with its default. Patterns are relative to the folder of the file, `root`."""

    extend: Annotated[
        str,
        Meta(description="Another settings file, relative to this one: what it says holds unless this one says it."),
    ] = ""
    select: Annotated[Selectors, Meta(description="Only these rules: codes, beginnings of codes, names, or ALL.")] = ()
    extend_select: Annotated[Selectors, Meta(description="These rules as well as those selected.")] = ()
    ignore: Annotated[Selectors, Meta(description="Not these rules.")] = ()
    extend_ignore: Annotated[Selectors, Meta(description="Nor these rules.")] = ()
    per_file_ignores: Annotated[
        dict[str, Selectors],
        Meta(description="Rules to leave out in files that match a pattern; `!` before it means all other files."),
    ] = {}
    severity: Annotated[
        dict[str, Level],
        Meta(description="How much a rule's findings weigh, by selector: error, warning, note, or off."),
    ] = {}
    include: Annotated[tuple[str, ...], Meta(description="The files that folders are searched for.")] = (
        "*.py",
        "*.ipynb",
    )
    exclude: Annotated[
        tuple[str, ...], Meta(description="Files and folders to leave out, in the language of .gitignore.")
    ] = ()
    extend_exclude: Annotated[tuple[str, ...], Meta(description="Files and folders to leave out as well.")] = ()
    force_exclude: Annotated[bool, Meta(description="Leave out what is excluded even if it is named.")] = False
    respect_gitignore: Annotated[bool, Meta(description="Leave out what .gitignore files do.")] = True
    search_path: Annotated[
        tuple[str, ...], Meta(description="Folders in which imported modules are looked for before the environment.")
    ] = ()
    python: Annotated[
        str,
        Meta(description="The virtual environment, or the interpreter in one, whose installed packages are read."),
    ] = ""
    file_timeout: Annotated[
        float,
        Meta(gt=0, description="Seconds of the processor that one file may take: what is found until then is told."),
    ] = 10.0
    output_format: Annotated[Format | None, Meta(description="How findings are written.")] = None
    fix: Annotated[bool, Meta(description="Make the safe fixes.")] = False
    unsafe_fixes: Annotated[bool, Meta(description="Make or show unsafe fixes, too.")] = False
    baseline: Annotated[str, Meta(description="A file of findings that are known, and not told again.")] = ""
    models: Annotated[
        dict[str, ModelSettings], Meta(description='What is said of single models, by "package.module:Name".')
    ] = {}
    root: str = ""
    """The folder of the file that says this; no file can say it."""
    source: str = ""
    """That file."""
    heeding: bool = True
    """Whether comments silence findings."""

    def changed(self, **values: Any) -> Config:
        """Return the settings with other values for some fields."""
        return msgspec.structs.replace(self, **values)

    def finding_packages(self, search_path: Sequence[str], python: str | None) -> Config:
        """Return the settings with further folders to search before the others, and perhaps another environment."""
        return self.changed(
            search_path=(*search_path, *self.search_path), python=self.python if python is None else python
        )

    def choosing(self, select: Selectors | None, ignore: Selectors | None) -> Config:
        """Return the settings with another choice of rules; None keeps what the file says."""
        return self.changed(
            select=self.select if select is None else select,
            extend_select=self.extend_select if select is None else (),
            ignore=self.ignore if ignore is None else ignore,
            extend_ignore=self.extend_ignore if ignore is None else (),
        )

    def limit_for(self, name: str, qualname: str) -> int | None:
        """Return the limit `name` for the model of that qualified name: its own if it has one, else the general."""
        own = self.model(qualname)
        limit = own.limit(name) if own else None
        return self.limit(name) if limit is None else limit

    def memory_budget(self, qualname: str) -> MemoryBudget:
        """Return the budget of memory of the model of that qualified name: what is said of it, else the general."""
        own = self.model(qualname) or ModelSettings()
        return MemoryBudget(
            self.limit_for("max_memory", qualname),
            own.batch_size or self.batch_size,
            own.memory_dtype or self.memory_dtype or "float32",
            own.memory_optimizer or self.memory_optimizer or "adam",
        )

    def model(self, qualname: str) -> ModelSettings | None:
        """Return what is said of the model "pkg.mod.Net", which the file writes "pkg.mod:Net"."""
        return next((it for key, it in self.models.items() if key.replace(":", ".") == qualname), None)


INTERNAL = frozenset({"root", "source", "heeding"})
"""The fields that no file can set."""


def known_keys(struct: type[msgspec.Struct]) -> Iterable[str]:
    """Return the keys that a table of this kind may have, as files write them."""
    return [name for name in struct.__struct_encode_fields__ if name not in INTERNAL]
