"""What one run of a model was seen to do: plain values that the interpreter yields and the rules read."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import ClassVar

from msgspec import Struct

from convlint.comparing import Compared
from convlint.followed import NO_MODELS, Followed
from convlint.layers.core.facts import Cost, Window
from convlint.layers.core.refusal import Refusal
from convlint.layers.core.tensor import Shape, Tensor
from convlint.lines import Lines
from convlint.places import Concern as Concern
from convlint.places import Gap as Gap
from convlint.places import Place as Place
from convlint.places import SourceProblem as SourceProblem
from convlint.symbolic import Condition, Size, Symbol, negation

DECISION = "a decision is not known: "
"""How a gap begins that tells of a question without a known answer."""

KEPT_ASPECT = "`Resize` with one number keeps the aspect ratio"
"""Why the sizes of a picture are not known after it was resized by its shorter side."""


class Origin(Struct, frozen=True):
    """What in the program said a size: the origins of a `Told` number."""

    place: Place | None
    text: str
    """Such as "`MNIST` gives 1×28×28", or "with the default `--size 64`"."""


class Arguments(Struct, frozen=True):
    """What an operation or a constructor was given, as the program gave it: tensors in their places, containers copied.

    `training` is the mode of the layer that was called, None for everything else.
    """

    positional: tuple[object, ...]
    named: Mapping[str, object]
    training: bool | None = None


class ModuleInfo(Struct, eq=False):
    """One `nn.Module` object. Compared by identity: a module that is used twice is one object."""

    path: str
    """Dotted attribute path from the model, "" for the model itself."""
    kind: str
    """The class name, such as `Conv2d` or the user's `ConvBlock`."""
    qualname: str
    """The class's qualified name, such as `torch.nn.Conv2d` or `pkg.blocks.ConvBlock`."""
    torch_name: str
    """The torch layer class that it is or derives from, "" for none."""
    definition: Place | None
    """Where it was constructed."""
    definition_stack: tuple[Place, ...]
    """The calls that led to the construction, outermost first."""
    parameters: Mapping[str, Tensor]
    """Own parameters, those of children not included."""
    attributes: Mapping[str, object]
    """What torch's constructor stored, such as `in_channels` and `kernel_size`; only known values."""
    children: tuple[ModuleInfo, ...] = ()
    assigned: str = ""
    """The attribute under which its parent holds it."""
    used: bool = False
    """True if any explored run of the model's forward read this module from its parent."""
    named: bool = False
    """Whether, though it is not used, code of the program that is not the constructor's names it: another way of
    calling the model may use it."""
    known_as: str = ""
    """What the class calls it that first held it, or the part of the model that it is in, where that is another name
    than its path: "`layer1.0.conv1` of torchvision's `ResNet`"."""
    built: Arguments | None = None
    """What torch's own constructor was given; None for a class of the program's."""
    changed: bool = False
    """Whether the program set anew, after torch's constructor ran, an attribute that the layer had."""
    unknown: tuple[Gap, ...] = ()
    """Why its own parameters, or its children, are not known."""

    @property
    def is_leaf(self) -> bool:
        return not self.children


class Event(Struct, frozen=True):
    """A call of a torch module, or of a torch function or tensor method."""

    name: str
    """The qualified name of the operation, such as `torch.nn.Conv2d` or `torch.Tensor.view`."""
    module: ModuleInfo | None
    """The module called; None for functions and methods."""
    place: Place
    """The call."""
    stack: tuple[Place, ...]
    """The calls that led there, outermost first, `place` not included."""
    inputs: tuple[Tensor, ...]
    """The tensors among the arguments, in order; those whose shape is not known are not among them."""
    outputs: tuple[Tensor, ...]
    """The tensors in the result, nested containers flattened."""
    arguments: Mapping[str, object] = {}
    """The other arguments that are known, by parameter name."""
    windows: tuple[Window, ...] = ()
    cost: Cost | None = None
    output_known: bool = True
    inputs_known: bool = True
    """False if an argument is not known: it may be a tensor."""
    leaf: bool = False
    """True for a call that a forward hook on a leaf module would see."""
    within: ModuleInfo | None = None
    """The innermost module whose forward made this call."""
    result: Tensor | tuple[object, ...] | None = None
    """The tensors that were returned, nested as the program nested them; None stands for what is not known."""
    given: Arguments | None = None
    """What torch's own code was given, a method's tensor first; None if it did not run exactly once."""
    unknown: tuple[Gap, ...] = ()
    """Why parts of what it was given or returned are not known."""
    adapted: bool = False
    """True if code of the program made something else of what torch's own returned, as a hook does."""

    @property
    def computes_whole(self) -> bool:
        """Whether a layer computes as one, though it has layers inside: these are not called then."""
        return self.name == "torch.nn.MultiheadAttention"


class Violation(Compared, Struct, frozen=True):
    """torch raises at `place` on every input that reaches it."""

    apart: ClassVar = frozenset({"given"})
    refusal: Refusal
    place: Place
    stack: tuple[Place, ...]
    module: ModuleInfo | None
    """The torch module whose construction or call is refused; None for functions."""
    name: str
    """The qualified name of the refused operation."""
    inputs: tuple[Tensor, ...] = ()
    certain: bool = True
    """True if it happens on every path of the program that the analysis could not exclude."""
    given: Arguments | None = None
    """What the refused operation or constructor was given; violations are compared without it."""
    in_constructor: bool = False
    """Whether torch refuses to build the layer, not to run it."""


class OpenCondition(Struct, frozen=True):
    """A condition that the accepted inputs must meet, and the operation that put it."""

    condition: Condition
    refusal: Refusal
    place: Place
    stack: tuple[Place, ...] = ()
    module: ModuleInfo | None = None


class Recipe(Struct, frozen=True):
    """How to build and call a model again as the program did; `analysis/recipes.py` tells of the plain values."""

    build: object
    positional: tuple[object, ...]
    named: Mapping[str, object]
    evaluating: tuple[str, ...] = ()
    """The paths of the modules that are in evaluation mode, "" for the model itself."""


class Hints(Struct, frozen=True):
    """What the file of a model says of what it is for: all its words in lower case, comments left out, and the pairs of
    numbers that stand next to each other in tuples, lists and texts, such as 66×200."""

    words: frozenset[str]
    pairs: frozenset[tuple[int, int]]


class ModelTrace(Struct, frozen=True):
    """One run of one model on one kind of input, along one path."""

    name: str
    """The class's or factory's name."""
    qualname: str
    place: Place
    """The class's definition."""
    root: ModuleInfo | None
    """None when the constructor was refused."""
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    events: tuple[Event, ...]
    violation: Violation | None
    conditions: tuple[OpenCondition, ...]
    gaps: tuple[Gap, ...]
    training: bool
    input_source: str
    """Where the input sizes come from: "declared", "config", "annotation", "call" or "symbolic"."""
    call: Place | None = None
    """The call that gave the input sizes, when `input_source` is "call"."""
    complete: bool = True
    """False if the path ended before forward returned (a violation, a `raise`, a bound)."""
    all_modules: tuple[ModuleInfo, ...] = ()
    """Every module of the model once, parents before children."""
    total_parameters: Size | None = 0
    """Every parameter once; None if a part of the model is not known."""
    mode_matters: bool = True
    """False if nothing that ran asked whether the model is in training, so that the other mode would do the same."""
    saves_otherwise: bool = False
    """Whether the program tells torch to keep less for backward than the operations would: it switches gradients off,
    or computes activations anew."""
    only_path: bool = False
    """True if every input must meet `conditions`: there is no other path, and no exception that would be caught."""
    unknown_outputs: tuple[Gap, ...] = ()
    """Why parts of what the model returned are not known."""
    unknown_parts: tuple[Gap, ...] = ()
    """Why parts of the model are not known, so that its parameters cannot be counted."""
    from_defaults: bool = False
    """Whether the model was built from the defaults of its constructor's arguments."""
    on_defaults: bool = False
    """Whether torch may take it if it is built from other arguments."""
    fits: tuple[str, ...] = ()
    """For a violation that another input size would not meet: the sizes that are right, such as "32×32"."""
    nearest: tuple[str, ...] = ()
    """For a violation that another input size would not meet: the sizes next to the given one that are accepted."""
    fitting: Fitting | None = None
    """The run that showed these sizes."""
    remedy: Remedy | None = None
    """What mends a violation, if it is a slip that is common."""
    recipe: Recipe | str = "how it is built is not known"
    """How to repeat the run, or why that is not known."""
    assumed: tuple[Condition, ...] = ()
    """All that sizes were taken to meet on this path: `conditions`, and how the program decided its own questions."""
    presumed: tuple[Gap, ...] = ()
    """What comes from outside of the program and was taken to be the default that the program gives, such as a variable
    of the environment."""
    hints: Hints | None = None
    """What its file says besides, where a linear layer demands something of an input of open size."""
    assignments: tuple[Assignment, ...] = ()
    """The attributes of torch's layers that were set anew until the run's end."""
    filled: tuple[Tensor, ...] = ()
    """The parameters into which the program copied values of its own when it built the model, as those of a filter."""

    @property
    def doubts(self) -> tuple[Gap, ...]:
        """The gaps on which the run may hang; how the program decided questions about sizes is in `assumed`."""
        decided = {f"{DECISION}{condition}" for taken in self.assumed for condition in (taken, negation(taken))}
        return tuple(gap for gap in self.gaps if gap.concern is not Concern.NOTHING and gap.reason not in decided)


class Slip(Enum):
    """What is often wrong where torch refuses something."""

    CHANNELS_LAST = "channels last"
    NO_BATCH = "no batch"
    NO_CHANNELS = "no channels"
    SWAPPED_SIDES = "swapped sides"
    NOT_FLATTENED = "not flattened"
    NOT_POOLED = "not pooled"
    FEATURES_NOT_LAST = "features not last"
    SWAPPED_FEATURES = "swapped features"
    BATCH_FIRST = "batch first"


class Remedy(Struct, frozen=True):
    """What mends a refused run, and the run that showed it: the model is given an input of another `shape`, or, if it
    is not `of_model`, the refused layer another tensor, or its constructor other `arguments`."""

    slip: Slip
    shape: Shape
    of_model: bool
    arguments: Mapping[str, int]
    run: ModelTrace


class Fitting(Struct, frozen=True):
    """A run of a refused model on an input of open size, and the numbers that this size may be for it to be accepted,
    up to some largest one."""

    run: ModelTrace
    symbol: Symbol
    sizes: tuple[int, ...]


class Decision(Struct, frozen=True):
    """How one question was answered on a path. `doubt` says why nothing is known of it, None for a question about
    sizes, whose answer is among the path's assumptions."""

    taken: bool
    doubt: Gap | None


class RunPath(Struct, frozen=True):
    """One path of a model's construction and run, and which inputs take it."""

    ended: str
    """"returned", "refused" (torch raises), "raised" (the program does so on purpose), "failed" or "stopped"."""
    trace: ModelTrace | None
    """None if no model was called."""
    assumed: tuple[Condition, ...]
    """What sizes must meet to come to the path's end: what operations demand, and how conditions were decided."""
    doubts: tuple[Gap, ...] = ()
    """What keeps `assumed` and `decisions` from being all that decides; with none of them they are exact."""
    bounding: bool = True
    """Whether an input that does not meet `assumed` certainly does not come to the end of this path."""
    decisions: tuple[Decision, ...] = ()
    """In order; paths that begin with the same decisions are the same up to there."""


class Assignment(Struct, frozen=True):
    """A plain attribute that the program set on one of torch's own layers after its constructor had run, or one that
    only such layers have, set on a module of its own that does not read it."""

    module: ModuleInfo
    name: str
    before: object
    """None where the layer had no such attribute, too."""
    value: object
    place: Place
    stack: tuple[Place, ...]
    held: Mapping[str, Shape] = {}
    """The shapes of the layer's own parameters at the end of the path."""
    parts: tuple[ModuleInfo, ...] = ()
    """The modules that it then holds, at any depth."""


class ProgramRun(Struct, frozen=True):
    """One call of a model in a program: the events of it are those from `first` up to `last`."""

    root: ModuleInfo
    place: Place | None
    first: int
    last: int
    inputs: tuple[Tensor, ...]
    training: bool
    gradless: bool
    """Whether it is called under `torch.no_grad()` or its like."""


class ProgramTrace(Struct, frozen=True):
    """One path of a script, or of a function that needs no arguments: all that it does inside and outside of models."""

    name: str
    place: Place
    events: tuple[Event, ...]
    assignments: tuple[Assignment, ...] = ()
    presumed: tuple[Gap, ...] = ()
    assumed: tuple[Condition, ...] = ()
    """All that sizes were taken to meet on this path."""
    runs: tuple[ProgramRun, ...] = ()
    """The calls of models, in their order."""


class FileAnalysis(Struct, frozen=True):
    """All that was learnt about the models of one file. `problem` is set when it could not be parsed."""

    filename: str
    models: tuple[ModelTrace, ...]
    gaps: tuple[Gap, ...] = ()
    built: frozenset[Place] = frozenset()
    """The model classes, by their definitions, that something in the file builds with arguments."""
    problem: SourceProblem | None = None
    lines: Lines = {}
    """What the lines of the file held, if they were watched."""
    programs: tuple[ProgramTrace, ...] = ()
    """The paths of the file as a script, and of its functions that need no arguments."""
    followed: Followed = NO_MODELS
    """Which of its models the runs came through."""
