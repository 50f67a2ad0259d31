"""`torchvision.transforms.functional`, of either version: what each function makes of the sizes of an image."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from convlint.interp.natives.lifting import take
from convlint.interp.natives.registry import native
from convlint.interp.others.pil import CHANNELS, Picture, open_size, picture, size_of
from convlint.interp.others.torchvision.images import (
    Image,
    array_image,
    as_image,
    channels_of,
    height_and_width,
    of_channels,
    of_open_size,
    of_size,
    refuse,
    two_sizes,
    unknown_image,
)
from convlint.interp.values.unknown import Unknown, Value
from convlint.layers.core.refusal import RefusalKind
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared import dtypes
from convlint.symbolic import Size
from convlint.trace import KEPT_ASPECT

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MODULES = ("torchvision.transforms.functional", "torchvision.transforms.v2.functional")
Function = Callable[["Vm", Image, list[Value], dict[str, Value]], Value]


def functional(*names: str) -> Callable[[Function], Function]:
    """Register a function of an image and more; of what is no image, nothing is known."""

    def register(function: Function) -> Function:
        def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
            rest = dict(kwargs)
            named = (rest.pop(key) for key in ("img", "inpt", "image", "tensor") if key in rest)
            value = args[0] if args else next(named, None)
            image = as_image(vm, value)
            return unknown_image(value) if image is None else function(vm, image, args[1:], rest)

        native(*(f"{module}.{name}" for module in MODULES for name in names))(call)
        return function

    return register


# --- the same size --------------------------------------------------------------------------------------


@functional(
    "hflip", "vflip", "horizontal_flip", "vertical_flip", "adjust_brightness", "adjust_contrast", "adjust_saturation",
    "adjust_hue", "adjust_gamma", "adjust_sharpness", "affine", "perspective", "elastic_transform", "elastic",
    "gaussian_blur", "gaussian_noise", "invert", "posterize", "solarize", "autocontrast", "equalize", "erase", "jpeg",
    "permute_channels",
)  # fmt: skip
def _same(vm: Vm, image: Image, args: list[Value], kwargs: dict[str, Value]) -> Value:
    height, width = height_and_width(vm, image)
    return of_size(image, height, width)


@functional("rotate")
def _rotate(vm: Vm, image: Image, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Without `expand` the corners are cut off."""
    expand = args[2] if len(args) > 2 else kwargs.get("expand", False)
    return _same(vm, image, [], {}) if expand is False else of_open_size(image, "a rotated image")


# --- another size ---------------------------------------------------------------------------------------


@functional("resize")
def _resize(vm: Vm, image: Image, args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = take(vm, "resize", args, kwargs, size=None, interpolation=None, max_size=None, antialias=True)
    return resized(vm, image, bound[0], bound[2])


def resized(vm: Vm, image: Image, size: Value, longest: Value = None) -> Image:
    """A number is the shorter side, and the other one keeps the aspect ratio; two numbers are height and width."""
    if isinstance(size, list | tuple) and len(size) == 2:
        if longest is not None and not isinstance(longest, Unknown):
            refuse(vm, "resize", "`Resize` takes `max_size` only with one number for `size`")
        both = two_sizes(vm, size)
        return of_open_size(image, "a size that is not known") if both is None else of_size(image, *both)
    short = size_of(size[0] if isinstance(size, list | tuple) and len(size) == 1 else size)
    height, width = height_and_width(vm, image)
    limit = size_of(longest)
    if short is None or (longest is not None and not isinstance(limit, int)):
        return of_open_size(image, "a size that is not known")
    if height == width and limit is None:
        return of_size(image, short, short)
    if not (isinstance(height, int) and isinstance(width, int) and isinstance(short, int)):
        return of_open_size(image, KEPT_ASPECT)
    return of_size(image, *_by_shorter_side(height, width, short, limit if isinstance(limit, int) else None))


def _by_shorter_side(height: int, width: int, short: int, limit: int | None) -> tuple[int, int]:
    less, more = (width, height) if width <= height else (height, width)
    new_short, new_long = short, int(short * more / less)
    if limit is not None and new_long > limit:
        new_short, new_long = int(limit * new_short / new_long), limit
    return (new_long, new_short) if width <= height else (new_short, new_long)


@functional("crop")
def _crop(vm: Vm, image: Image, args: list[Value], kwargs: dict[str, Value]) -> Value:
    _, _, height, width = take(vm, "crop", args, kwargs, "top", "left", "height", "width")
    return of_size(image, _or_open(height), _or_open(width))


def _or_open(value: Value) -> Size:
    found = size_of(value)
    return open_size("a size that is not known") if found is None else found


@functional("center_crop")
def _center_crop(vm: Vm, image: Image, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """An image that is smaller is padded."""
    (size,) = take(vm, "center_crop", args, kwargs, "output_size")
    both = two_sizes(vm, size)
    return of_open_size(image, "a crop") if both is None else of_size(image, *both)


@functional("resized_crop")
def _resized_crop(vm: Vm, image: Image, args: list[Value], kwargs: dict[str, Value]) -> Value:
    names = ("top", "left", "height", "width", "size")
    bound = take(vm, "resized_crop", args, kwargs, *names, interpolation=None, antialias=True)
    cropped = of_size(image, _or_open(bound[2]), _or_open(bound[3]))
    return resized(vm, cropped, bound[4])


@functional("pad")
def _pad(vm: Vm, image: Image, args: list[Value], kwargs: dict[str, Value]) -> Value:
    padding = args[0] if args else kwargs.get("padding")
    return padded(vm, image, padding)


def padded(vm: Vm, image: Image, padding: Value) -> Image:
    """A number for all sides, two for left and right and for top and bottom, or four: left, top, right, bottom."""
    sizes = [padding] if size_of(padding) is not None else padding
    if not isinstance(sizes, list | tuple) or vm.taint_of(sizes) is not None or len(sizes) not in (1, 2, 4):
        return of_open_size(image, "padding that is not known")
    if any(size_of(size) is None for size in sizes):
        return of_open_size(image, "padding that is not known")
    left, top, right, bottom = sizes * 4 if len(sizes) == 1 else [*sizes, *sizes] if len(sizes) == 2 else sizes
    height, width = height_and_width(vm, image)
    return of_size(image, height + top + bottom, width + left + right)


@functional("five_crop")
def _five_crop(vm: Vm, image: Image, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _corners(vm, image, args[0] if args else kwargs.get("size"), 5)


@functional("ten_crop")
def _ten_crop(vm: Vm, image: Image, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _corners(vm, image, args[0] if args else kwargs.get("size"), 10)


def _corners(vm: Vm, image: Image, size: Value, count: int) -> Value:
    both = two_sizes(vm, size)
    if both is None:
        return tuple(of_open_size(image, "a crop") for _ in range(count))
    for wanted, there in zip(both, height_and_width(vm, image), strict=True):
        if isinstance(wanted, int) and isinstance(there, int) and wanted > there:
            shown = "×".join(str(part) for part in height_and_width(vm, image))
            refuse(vm, "five_crop", f"crops of {both[0]}×{both[1]} are asked of an image of {shown}")
    return tuple(of_size(image, *both) for _ in range(count))


# --- channels -------------------------------------------------------------------------------------------


@functional("to_grayscale", "rgb_to_grayscale", "grayscale_to_rgb")
def _gray(vm: Vm, image: Image, args: list[Value], kwargs: dict[str, Value]) -> Value:
    count = args[0] if args else kwargs.get("num_output_channels", 1)
    if not isinstance(count, int):
        return Unknown("an image of whatever channels")
    if count not in (1, 3):
        refuse(vm, "to_grayscale", f"`num_output_channels` is 1 or 3, not {count}")
    return of_channels(image, count)


@functional("normalize")
def _normalize(vm: Vm, image: Image, args: list[Value], kwargs: dict[str, Value]) -> Value:
    mean, std, _ = take(vm, "normalize", args, kwargs, "mean", "std", inplace=False)
    return normalized(vm, image, mean, std)


def normalized(vm: Vm, image: Image, mean: Value, std: Value) -> Value:
    """A tensor of floats with as many channels as there are means, or one mean for all: it works in place."""
    if isinstance(image, Picture):
        refuse(vm, "normalize", "`Normalize` takes a tensor, not a picture of Pillow's", TypeError)
    assert isinstance(image, Tensor)
    if image.dtype in dtypes.INTEGERS or image.dtype == "bool":
        refuse(vm, "normalize", f"`Normalize` takes a tensor of floats, not of {image.dtype}", TypeError)
    if len(image.shape) < 3:
        refuse(vm, "normalize", f"`Normalize` takes a tensor of (…, C, H, W), not of {len(image.shape)} sizes")
    channels = image.shape[-3]
    for name, values in (("means", mean), ("standard deviations", std)):
        count = len(values) if isinstance(values, list | tuple) and vm.taint_of(values) is None else 1
        if count != 1 and isinstance(channels, int) and count != channels:
            text = f"`Normalize` has {count} {name} for an image of {channels} channel{'s' * (channels != 1)}"
            refuse(vm, "normalize", text, RuntimeError, RefusalKind.CHANNELS)
        channels = channels if count == 1 or isinstance(channels, int) else count
    return Tensor((*image.shape[:-3], channels, *image.shape[-2:]), image.dtype)


# --- pictures, arrays and tensors -----------------------------------------------------------------------


def to_float_tensor(vm: Vm, value: Value) -> Value:
    """`ToTensor`: channels first, and bytes as floats between 0 and 1."""
    if isinstance(value, Picture):
        kind = {"I": "int32", "I;16": "int16", "F": "float32"}.get(value.mode, "float32" if value.mode else "")
        return Tensor((value.channels, value.height, value.width), kind)
    found = array_image(value)
    if found is not None:
        shape, dtype = found
        planes = (shape[2], shape[0], shape[1]) if len(shape) == 3 else (1, *shape)
        return Tensor(planes, "float32" if dtype == "uint8" else dtype)
    if isinstance(value, Tensor):
        refuse(vm, "ToTensor", "`ToTensor` takes a picture or an array, not a tensor", TypeError)
    if isinstance(value, Unknown):
        return Tensor(tuple(open_size("an image that is not known") for _ in range(3)), "")
    return unknown_image(value)


@native("torchvision.transforms.functional.to_tensor", "torchvision.transforms.v2.functional.to_tensor")
def _to_tensor(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return to_float_tensor(vm, args[0] if args else kwargs.get("pic"))


@native(*(f"{module}.pil_to_tensor" for module in MODULES))
def _pil_to_tensor(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The numbers as they are in the picture."""
    value = args[0] if args else kwargs.get("pic")
    if isinstance(value, Picture):
        usual = "uint8" if value.mode else ""
        kind = {"I": "int32", "I;16": "int16", "F": "float32"}.get(value.mode, usual)
        return Tensor((value.channels, value.height, value.width), kind)
    if isinstance(value, Tensor):
        refuse(vm, "PILToTensor", "`PILToTensor` takes a picture of Pillow's, not a tensor", TypeError)
    return unknown_image(value)


@native("torchvision.transforms.v2.functional.to_image")
def _to_image(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """A picture, or an array with its channels last, becomes a tensor; a tensor stays one."""
    value = args[0] if args else kwargs.get("inpt")
    found = array_image(value)
    if found is not None:
        shape, dtype = found
        return Tensor((shape[2], shape[0], shape[1]) if len(shape) == 3 else (1, *shape), dtype)
    if isinstance(value, Tensor):
        return value if len(value.shape) != 2 else Tensor((1, *value.shape), value.dtype)
    return _pil_to_tensor(vm, [value], {})


@native(*(f"{module}.to_pil_image" for module in MODULES))
def _to_pil_image(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    value, mode = args[0] if args else kwargs.get("pic"), args[1] if len(args) > 1 else kwargs.get("mode")
    wanted = mode if isinstance(mode, str) else ""
    found = array_image(value)
    if isinstance(value, Tensor) and vm.taint_of(value) is None:
        if len(value.shape) not in (2, 3):
            refuse(vm, "ToPILImage", f"`ToPILImage` takes 2 or 3 sizes, not {len(value.shape)}")
        planes = value.shape if len(value.shape) == 3 else (1, *value.shape)
        return _as_picture(vm, planes[0], planes[1], planes[2], wanted)
    if found is not None:
        shape = found[0]
        return _as_picture(vm, shape[2] if len(shape) == 3 else 1, shape[0], shape[1], wanted)
    return Unknown("a picture made of what is not known")


def _as_picture(vm: Vm, channels: Size, height: Size, width: Size, mode: str) -> Value:
    if isinstance(channels, int) and channels > 4:
        refuse(vm, "ToPILImage", f"`ToPILImage` takes up to 4 channels, not {channels}")
    usual = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}.get(channels, "") if isinstance(channels, int) else ""
    return picture(mode or usual, height, width, CHANNELS.get(mode, channels))


@functional("convert_image_dtype", "to_dtype", "to_dtype_image")
def _convert(vm: Vm, image: Image, args: list[Value], kwargs: dict[str, Value]) -> Value:
    dtype = args[0] if args else kwargs.get("dtype", "float32")
    if isinstance(image, Picture):
        return image
    return Tensor(image.shape, dtypes.named(dtype) if not isinstance(dtype, Unknown) else "")


# --- questions ------------------------------------------------------------------------------------------


@functional("get_image_size")
def _image_size(vm: Vm, image: Image, args: list[Value], kwargs: dict[str, Value]) -> Value:
    height, width = height_and_width(vm, image)
    return [width, height]


@functional("get_size")
def _size(vm: Vm, image: Image, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return list(height_and_width(vm, image))


@functional("get_dimensions")
def _dimensions(vm: Vm, image: Image, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return [channels_of(image), *height_and_width(vm, image)]


@functional("get_image_num_channels", "get_num_channels")
def _num_channels(vm: Vm, image: Image, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return channels_of(image)
