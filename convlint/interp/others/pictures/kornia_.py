"""Kornia: its augmentations by the sizes that they make, and what their Python in the prelude asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import native, written
from convlint.interp.others import opened
from convlint.interp.others.pil import open_size
from convlint.interp.others.torchvision.images import refuse, with_origin
from convlint.interp.values.unknown import Unknown, Value
from convlint.layers.core.refusal import RefusalKind
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim
from convlint.trace import Origin, Place

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

SIZING = (
    "CenterCrop RandomCrop RandomResizedCrop PadTo Resize LongestMaxSize SmallestMaxSize RandomRotation90 Normalize "
    "Denormalize ImageSequential AugmentationSequential"
)
KEEPING = (
    "RandomHorizontalFlip RandomVerticalFlip ColorJitter ColorJiggle RandomGrayscale RandomAffine RandomPerspective "
    "RandomRotation RandomErasing RandomGaussianBlur RandomGaussianNoise RandomMotionBlur RandomSolarize "
    "RandomPosterize RandomSharpness RandomEqualize RandomInvert RandomBrightness RandomContrast RandomGamma RandomHue "
    "RandomSaturation RandomAutoContrast RandomElasticTransform RandomThinPlateSpline RandomFisheye "
    "RandomChannelShuffle RandomClahe RandomPlanckianJitter RandomBoxBlur RandomMedianBlur RandomShear RandomTranslate "
    "RandomRGBShift RandomSaltAndPepperNoise RandomRain RandomSnow RandomChannelDropout RandomDissolving RandomJPEG "
    "RandomPlasmaBrightness RandomPlasmaContrast RandomPlasmaShadow"
)
"""The augmentations that keep the sizes of a picture."""
written("kornia_.py", "kornia.augmentation", f"{SIZING} {KEEPING}")
written("kornia_.py", "kornia.augmentation.container", "ImageSequential AugmentationSequential")
native("kornia.augmentation._open")(opened.unknown)


@native("kornia.augmentation._sized")
def _sized(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """A batch of pictures like another one, of a height and width; an open size where it is not known."""
    batch, *sizes = args
    named, sizes = sizes[2:], sizes[:2]
    if not isinstance(batch, Tensor) or len(batch.shape) < 2:
        return Unknown("a picture that is not known")
    known = [size if isinstance(size, int | Dim) else open_size("a size of a picture") for size in sizes]
    made = Tensor((*batch.shape[:-2], *known), batch.dtype)
    if not named or not all(isinstance(size, int) for size in sizes):
        return made
    name, place = named
    text = f"`{name}` makes it {sizes[0]}×{sizes[1]}"
    return with_origin(made, Origin(place, text)) if isinstance(place, Place) else made


@native("kornia.augmentation._by_side")
def _by_side(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Height and width of a picture one of whose sides becomes a number, and the other what its shape asks for."""
    size, side, height, width = args
    if not all(isinstance(one, int) and one > 0 for one in (size, height, width)) or not isinstance(side, str):
        return None, None
    ratio = width / height
    narrow = {"short": ratio < 1, "long": ratio > 1, "vert": False, "horz": True}.get(side)
    if narrow is None:
        return None, None
    return (int(size / ratio), size) if narrow else (size, int(size * ratio))


@native("kornia.augmentation._channels")
def _channels(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Refuse pictures of other channels than numbers are given for."""
    name, batch, *given = args
    for numbers in given:
        count = _count(numbers)
        channels = batch.shape[-3] if isinstance(batch, Tensor) and len(batch.shape) >= 3 else None
        if count is not None and isinstance(channels, int) and count not in (1, channels):
            text = f"`{name}` has {count} means or deviations and gets a picture of {channels} channels"
            refuse(vm, name, text, ValueError, RefusalKind.CHANNELS)
    return None


def _count(numbers: Value) -> int | None:
    if isinstance(numbers, Tensor) and len(numbers.shape) == 1 and isinstance(numbers.shape[0], int):
        return numbers.shape[0]
    return len(numbers) if isinstance(numbers, list | tuple) else None
