"""CVL505: an attribute of a layer that is set after it was built, which changes no weight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convlint.config import Config
from convlint.evidence import WithoutEffect
from convlint.findings import Severity
from convlint.layers.core.tensor import Shape
from convlint.rules.base import Claim, Rule
from convlint.rules.mending import build_anew
from convlint.rules.subjects import definition, layer_name
from convlint.rules.wording import shape_text
from convlint.trace import Assignment, ModelTrace, ProgramTrace

_CHANNELS = frozenset({"in_channels", "out_channels"})
_READ_WHEN_BUILT: dict[str, frozenset[str]] = {
    "Linear": frozenset({"in_features", "out_features"}),
    **dict.fromkeys(("Conv1d", "Conv2d", "Conv3d"), _CHANNELS | {"kernel_size"}),
    **dict.fromkeys(("ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"), _CHANNELS),
    **dict.fromkeys(("BatchNorm1d", "BatchNorm2d", "BatchNorm3d"), frozenset({"num_features"})),
    "GroupNorm": frozenset({"num_channels"}),
    **dict.fromkeys(("Embedding", "EmbeddingBag"), frozenset({"num_embeddings", "embedding_dim"})),
    "Bilinear": frozenset({"in1_features", "in2_features", "out_features"}),
    "PReLU": frozenset({"num_parameters"}),
}
"""What only the constructor reads, by the layer's class. Calls of `ConvTranspose2d` read `kernel_size`, and calls of
`InstanceNorm2d` read `num_features`."""
_DROPOUTS = frozenset({"Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout"})


class AttributeWithoutEffect(Rule):
    """An attribute of a layer is set after the layer was built, and changes nothing.

    ## What it does
    Reports `net.fc.out_features = 3` and its like: sizes that only the constructor of a layer reads, set anew while its
    weights keep their shapes, and a `p` that is set on something other than dropout: a container, or a model of which
    nothing reads it. Where the
    weight is replaced too, nothing is said.

    ## Why is this bad?
    The layer prints the new number and computes as before: the model has 1000 classes still, and is trained on 3.

    ## Example
    ```python
    net = torchvision.models.resnet18(weights="DEFAULT")
    net.fc.out_features = 3
    ```

    ## Use instead
    ```python
    net.fc = nn.Linear(net.fc.in_features, 3)
    ```
    """

    code = "CVL505"
    name = "attribute-without-effect"
    severity = Severity.WARNING
    needs_sizes = False

    def check(self, trace: ModelTrace, settings: Config) -> Iterator[Claim]:
        yield from _claims(trace.assignments)

    def check_program(self, program: ProgramTrace, settings: Config) -> Iterator[Claim]:
        yield from _claims(program.assignments)

    BAD = (
        """
        import torch
        from torch import nn

        net = nn.Sequential(nn.Linear(10, 1000))
        net[0].out_features = 3
        net(torch.randn(4, 10))
        """,
        """
        import torch
        from torch import nn


        class Grey(nn.Module):
            def __init__(self):
                super().__init__()
                self.stem = nn.Conv2d(3, 16, 3, padding=1)
                self.stem.in_channels = 1

            def forward(self, x):
                return self.stem(x)


        Grey()
        """,
        """
        import torch
        from torch import nn

        net = nn.Sequential(nn.Linear(10, 64), nn.Sequential(nn.Dropout(0.5), nn.ReLU()), nn.Linear(64, 2))
        net[1].p = 0.1
        """,
    )
    GOOD = (
        """
        import torch
        from torch import nn

        net = nn.Sequential(nn.Linear(10, 1000))
        net[0] = nn.Linear(net[0].in_features, 3)
        net(torch.randn(4, 10))
        """,
        """
        import torch
        from torch import nn

        conv = nn.Conv2d(3, 16, 3, padding=1)
        conv.weight = nn.Parameter(conv.weight.sum(1, keepdim=True))
        conv.in_channels = 1
        conv(torch.randn(1, 1, 8, 8))
        """,
        """
        import torch
        from torch import nn

        net = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.Dropout(0.5), nn.ReLU())
        net[0].stride = (1, 1)
        net[1].p = 0.1
        net[2].inplace = True
        net(torch.randn(1, 3, 8, 8))
        """,
        """
        import torch
        from torch import nn

        layer = nn.Linear(10, 4)
        layer.out_features = 4
        layer.name = "classifier"
        """,
    )


def _claims(assignments: Sequence[Assignment]) -> Iterator[Claim]:
    for assignment in assignments:
        kind = assignment.module.kind
        if assignment.name in _READ_WHEN_BUILT.get(kind, ()):
            weight = assignment.held.get("weight")
            built_with = assignment.module.parameters.get("weight")
            if weight is not None and built_with is not None and not _is_meant(assignment, weight):
                yield _of_size(assignment, weight)
        elif assignment.name == "p" and assignment.before is None and _holds_dropout(assignment):
            yield _of_dropout(assignment)


def _is_meant(assignment: Assignment, weight: Shape) -> bool:
    """Whether the value is what the layer had, or what its weight has by now."""
    value = assignment.value
    same = value == assignment.before or (isinstance(value, int) and (value,) * 3 == assignment.before)
    sizes = value if isinstance(value, tuple) else (value,)
    groups = assignment.module.attributes.get("groups", 1)
    fits = all(size in weight or (isinstance(size, int) and isinstance(groups, int) and size // groups in weight)
               for size in sizes)  # fmt: skip
    return assignment.before is None or same or fits


def _holds_dropout(assignment: Assignment) -> bool:
    return any(child.kind in _DROPOUTS for child in assignment.parts)


def _of_size(assignment: Assignment, weight: Shape) -> Claim:
    module, name = assignment.module, assignment.name
    return Claim(
        f"setting `{name}` of {layer_name(module)} to {assignment.value} changes nothing: its weight stays "
        f"{shape_text(weight)}, and only the constructor of `{module.kind}` reads `{name}`",
        assignment.place,
        assignment.stack,
        module.path,
        related=definition(module),
        help=f"put a new `{module.kind}` in its place",
        evidence=WithoutEffect(module, name, assignment.value),
        fix=build_anew(assignment),
    )


def _of_dropout(assignment: Assignment) -> Claim:
    module = assignment.module
    name = f"the `{module.kind}` {layer_name(module)}" if module.path else layer_name(module)
    inner = next(child for child in assignment.parts if child.kind in _DROPOUTS)
    return Claim(
        f"setting `p` of {name} changes no dropout: the one inside has its own `p`",
        assignment.place,
        assignment.stack,
        module.path,
        related=definition(inner),
        help="set `p` of the dropout itself",
        evidence=WithoutEffect(inner, assignment.name, assignment.value, outside=True),
    )
