"""What transforms work on: pictures and tensors as images, their sizes, and images of other sizes made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from convlint.interp.others.arrays import sizes_of_array
from convlint.interp.others.pil import Picture, open_size, picture, size_of
from convlint.interp.torch.operations import Call, raise_refusal
from convlint.interp.values.unknown import Unknown, Value
from convlint.layers.core.refusal import Refusal, RefusalKind
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim, Size
from convlint.symbolic.told import Told

if TYPE_CHECKING:
    from convlint.interp.vm import Vm
    from convlint.trace import Origin

Image = Picture | Tensor


def as_image(vm: Vm, value: Value) -> Image | None:
    """Return a picture, or a tensor with height and width; None for what is neither."""
    if isinstance(value, Picture):
        return value if value.tainted is None else None
    known = isinstance(value, Tensor) and len(value.shape) >= 2 and vm.taint_of(value) is None
    return value if known else None


def height_and_width(vm: Vm, image: Image) -> tuple[Size, Size]:
    sizes = (image.height, image.width) if isinstance(image, Picture) else image.shape[-2:]
    height, width = (vm.assumptions.simplify(size) if isinstance(size, Dim) else size for size in sizes)
    return height, width


def channels_of(image: Image) -> Size:
    if isinstance(image, Picture):
        return image.channels
    return image.shape[-3] if len(image.shape) > 2 else 1


def of_size(image: Image, height: Size, width: Size) -> Image:
    """Return an image like this one, of another height and width."""
    if isinstance(image, Picture):
        return picture(image.mode, height, width, image.channels)
    return Tensor((*image.shape[:-2], height, width), image.dtype)


def of_open_size(image: Image, why: str) -> Image:
    """Return an image like this one of whatever size."""
    return of_size(image, open_size(why), open_size(why))


def of_channels(image: Image, channels: int) -> Image:
    """Return an image of the same size with so many channels."""
    if isinstance(image, Picture):
        modes = {1: "L", 3: "RGB", 4: "RGBA"}
        return picture(modes.get(channels, ""), image.height, image.width, channels)
    return Tensor((*image.shape[:-3], channels, *image.shape[-2:]), image.dtype)


def two_sizes(vm: Vm, value: Value) -> tuple[Size, Size] | None:
    """Return height and width of an argument: a number for both, or a list of one or two; None if not known."""
    single = size_of(value)
    if single is not None:
        return single, single
    if not isinstance(value, list | tuple) or vm.taint_of(value) is not None or not 1 <= len(value) <= 2:
        return None
    sizes = [size_of(item) for item in value]
    if any(size is None for size in sizes):
        return None
    return sizes[0], sizes[-1]  # type: ignore[return-value]


def refuse(
    vm: Vm,
    name: str,
    text: str,
    error: type[Exception] = ValueError,
    kind: RefusalKind = RefusalKind.LAYER,
) -> NoReturn:
    """Raise what torchvision raises, as torch's own refusals are."""
    call = Call(vm, f"torchvision.transforms.{name}", None)
    raise_refusal(vm, call, Refusal(kind, text, error=error), ())
    raise AssertionError("a refusal is raised")


def with_origin(image: Value, origin: Origin) -> Value:
    """Return an image whose height and width say what made them."""
    if isinstance(image, Picture):
        height, width = _told(image.height, origin), _told(image.width, origin)
        return picture(image.mode, height, width, image.channels)
    if isinstance(image, Tensor) and len(image.shape) >= 2:
        sizes = tuple(_told(size, origin) for size in image.shape[-2:])
        return Tensor((*image.shape[:-2], *sizes), image.dtype)
    return image


def _told(size: Size, origin: Origin) -> Size:
    return Told(size, (origin,)) if isinstance(size, int) else size


def array_image(value: Value) -> tuple[tuple[Size, ...], str] | None:
    """Return the sizes and the dtype of an array as an image, with its channels last."""
    found = sizes_of_array(value)
    return found if found is not None and len(found[0]) in (2, 3) else None


def unknown_image(value: Value) -> Unknown:
    if isinstance(value, Unknown):
        return Unknown(value.reason, value.place)
    return Unknown("an image that is not known")
