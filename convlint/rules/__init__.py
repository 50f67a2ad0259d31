"""What convlint claims: one module for each rule, in the order of their codes, and how rules are chosen.

`base` says what a rule is, `subjects` and `wording` what its messages speak of and how, `run` turns what the rules
claim into findings, `selection` says which rules run and how much they weigh. To add a rule: write its module, and name
its class in `RULES`.
"""

from __future__ import annotations

from convlint.rules.activation_budget import ActivationBudget
from convlint.rules.activation_loss_mismatch import ActivationLossMismatch
from convlint.rules.attribute_without_effect import AttributeWithoutEffect
from convlint.rules.axes_not_moved import AxesNotMoved
from convlint.rules.base import Rule
from convlint.rules.batch_as_sequence import BatchAsSequence
from convlint.rules.batch_folded import BatchFolded
from convlint.rules.broadcast_loss import BroadcastLoss
from convlint.rules.channel_mismatch import ChannelMismatch
from convlint.rules.collapsed_output import CollapsedOutput
from convlint.rules.compute_budget import ComputeBudget
from convlint.rules.even_kernel_same import EvenKernelSame
from convlint.rules.failed_check import FailedCheck
from convlint.rules.features_mismatch import FeaturesMismatch
from convlint.rules.invalid_layer import InvalidLayer
from convlint.rules.invalid_reshape import InvalidReshape
from convlint.rules.kernel_mostly_padding import KernelMostlyPadding
from convlint.rules.layer_parameters import LayerParameters
from convlint.rules.memory_budget import MemoryBudget
from convlint.rules.mode_left_on import ModeLeftOn
from convlint.rules.model_parameters import ModelParameters
from convlint.rules.no_input_fits import NoInputFits
from convlint.rules.no_square_input import NoSquareInput
from convlint.rules.non_integral_output import NonIntegralOutput
from convlint.rules.padded_pooling import PaddedPooling
from convlint.rules.parameter_hog import ParameterHog
from convlint.rules.ragged_batch import RaggedBatch
from convlint.rules.redundant_bias import RedundantBias
from convlint.rules.shape_mismatch import ShapeMismatch
from convlint.rules.shrinking_layer import ShrinkingLayer
from convlint.rules.softmax_over_batch import SoftmaxOverBatch
from convlint.rules.stride_skips_input import StrideSkipsInput
from convlint.rules.unparsable_file import UnparsableFile
from convlint.rules.unused_layer import UnusedLayer
from convlint.rules.unused_suppression import UnusedSuppression
from convlint.rules.wrong_rank import WrongRank

RULES: tuple[Rule, ...] = (
    NonIntegralOutput(),
    ShrinkingLayer(),
    CollapsedOutput(),
    EvenKernelSame(),
    StrideSkipsInput(),
    PaddedPooling(),
    KernelMostlyPadding(),
    ChannelMismatch(),
    FeaturesMismatch(),
    ShapeMismatch(),
    InvalidReshape(),
    InvalidLayer(),
    WrongRank(),
    BatchFolded(),
    NoInputFits(),
    FailedCheck(),
    NoSquareInput(),
    LayerParameters(),
    ModelParameters(),
    ActivationBudget(),
    ComputeBudget(),
    RedundantBias(),
    ParameterHog(),
    MemoryBudget(),
    UnusedLayer(),
    BroadcastLoss(),
    AxesNotMoved(),
    BatchAsSequence(),
    SoftmaxOverBatch(),
    AttributeWithoutEffect(),
    ActivationLossMismatch(),
    RaggedBatch(),
    ModeLeftOn(),
    UnparsableFile(),
    UnusedSuppression(),
)


def find(code_or_name: str) -> Rule | None:
    """Return the rule of that code or name, in whatever case, or None."""
    wanted = code_or_name.lower()
    return next((rule for rule in RULES if wanted in (rule.code.lower(), rule.name)), None)
