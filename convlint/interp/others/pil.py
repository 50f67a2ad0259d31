"""Pillow: pictures as their mode, channels, height and width. No file is opened: what a file holds is not known."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from convlint.interp.natives.lifting import take
from convlint.interp.natives.objects import Form
from convlint.interp.natives.registry import Implementation, add_module, add_value, native
from convlint.interp.values.arrays import Formed
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.functions import Native, Property
from convlint.interp.values.unknown import Harmless, Unknown, Value
from convlint.symbolic import Dim, Size, SymbolKind, symbol

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

CHANNELS = {
    "1": 1, "L": 1, "P": 1, "I": 1, "F": 1, "I;16": 1, "LA": 2, "La": 2, "PA": 2, "RGB": 3, "YCbCr": 3, "HSV": 3,
    "LAB": 3, "RGBA": 4, "RGBa": 4, "RGBX": 4, "CMYK": 4,
}  # fmt: skip
DTYPES = {"1": "bool", "I": "int32", "F": "float32", "I;16": "uint16"}
"""What NumPy makes of a picture; bytes for every other mode."""

IMAGE = ClassValue("Image", "PIL.Image.Image", (), {})
IMAGE.mro = (IMAGE,)
add_value("PIL.Image.Image", IMAGE)


class Picture(Formed, eq=False):
    """A picture of Pillow's. `mode` is "" where it is not known."""

    mode: str = ""
    channels: Size = 3
    height: Size = 0
    width: Size = 0

    @property
    def is_open(self) -> bool:
        return True

    @property
    def form(self) -> tuple[tuple[Size, ...], str]:
        return (self.channels, self.height, self.width), self.mode

    def like(self, shape: tuple[Size, ...], dtype: str) -> Picture:
        channels, height, width = shape
        return picture(dtype, height, width, channels)


def picture(mode: str, height: Size, width: Size, channels: Size | None = None) -> Picture:
    """Return a picture; its channels are those of its mode unless they are given."""
    if channels is None:
        channels = CHANNELS.get(mode) or open_size("the channels of a picture")
    return Picture(IMAGE, mode=mode, channels=channels, height=height, width=width)


def open_size(what: str) -> Dim:
    """Return a size of which nothing is known."""
    return symbol("?", SymbolKind.UNKNOWN, what)


def open_picture(mode: str) -> Picture:
    """Return a picture of whatever size."""
    return picture(mode, open_size("the height of a picture"), open_size("the width of a picture"))


def size_of(value: Value) -> Size | None:
    """Return a size that stands in an argument; None for what is none."""
    return value if isinstance(value, int | Dim) and not isinstance(value, bool) else None


def pair_of(vm: Vm, value: Value) -> tuple[Size, Size]:
    """Return two sizes given as a tuple or list, open ones where they are not known."""
    listed = vm.list_of(value) if isinstance(value, list | tuple) else Unknown("sizes")
    sizes = [size_of(item) for item in listed] if not isinstance(listed, Unknown) else []
    if len(sizes) != 2:
        return open_size("a size of a picture"), open_size("a size of a picture")
    first, second = (open_size("a size of a picture") if size is None else size for size in sizes)
    return first, second


# --- attributes and methods -----------------------------------------------------------------------------


def _read(name: str, read: Callable[[Picture], Value]) -> None:
    IMAGE.namespace[name] = Property(Native(f"Image.{name}", lambda vm, args, kwargs: read(args[0])))


def _method(*names: str) -> Callable[[Implementation], Implementation]:
    def register(call: Implementation) -> Implementation:
        for name in names:
            IMAGE.namespace[name] = Native(f"PIL.Image.Image.{name}", call, binds=True)
        return call

    return register


_read("size", lambda image: (image.width, image.height))
_read("width", lambda image: image.width)
_read("height", lambda image: image.height)
_read("mode", lambda image: image.mode or Unknown("the mode of a picture"))


@_method("__getattr__")
def _other(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.unknown(f"`{args[1]}` of a picture")


@_method("copy", "filter", "point", "effect_spread", "transform", "quantize", "__enter__", "remap_palette")
def _same(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """A picture of the same size; of the same mode too, but for what changes palettes."""
    image: Picture = args[0]
    return picture(image.mode, image.height, image.width, image.channels)


@_method("load", "close", "save", "show", "paste", "putpixel", "putalpha", "verify", "seek", "draft", "__exit__",
         "alpha_composite", "putdata")  # fmt: skip
def _nothing(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return None


@_method("convert")
def _convert(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    image: Picture = args[0]
    mode = args[1] if len(args) > 1 else kwargs.get("mode")
    return picture(mode if isinstance(mode, str) else "", image.height, image.width)


@_method("resize")
def _resize(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    image: Picture = args[0]
    width, height = pair_of(vm, args[1] if len(args) > 1 else kwargs.get("size"))
    return picture(image.mode, height, width, image.channels)


@_method("crop")
def _crop(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    image: Picture = args[0]
    box = args[1] if len(args) > 1 else kwargs.get("box")
    if box is None:
        return _same(vm, args[:1], {})
    edges = [size_of(edge) for edge in box] if isinstance(box, list | tuple) and vm.taint_of(box) is None else []
    if len(edges) != 4 or any(edge is None for edge in edges):
        return picture(image.mode, open_size("a crop"), open_size("a crop"), image.channels)
    left, upper, right, lower = edges
    return picture(image.mode, lower - upper, right - left, image.channels)  # type: ignore[operator]


@_method("rotate")
def _rotate(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    expand = args[3] if len(args) > 3 else kwargs.get("expand", False)
    image: Picture = args[0]
    if expand is False or expand == 0:
        return _same(vm, args[:1], {})
    return picture(image.mode, open_size("a rotated picture"), open_size("a rotated picture"), image.channels)


@_method("transpose")
def _transpose(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    image: Picture = args[0]
    how = args[1] if len(args) > 1 else kwargs.get("method")
    name = how.name if isinstance(how, Form) else ""
    if name.rpartition(".")[2] in ("FLIP_LEFT_RIGHT", "FLIP_TOP_BOTTOM", "ROTATE_180"):
        return _same(vm, args[:1], {})
    if name.rpartition(".")[2] in ("ROTATE_90", "ROTATE_270", "TRANSPOSE", "TRANSVERSE"):
        return picture(image.mode, image.width, image.height, image.channels)
    return picture(image.mode, open_size("a turned picture"), open_size("a turned picture"), image.channels)


@_method("thumbnail")
def _thumbnail(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    args[0].height, args[0].width = open_size("a thumbnail"), open_size("a thumbnail")
    return None


@_method("split")
def _split(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    image: Picture = args[0]
    if not image.mode:
        return Unknown("the channels of a picture")
    return tuple(picture("L", image.height, image.width) for _ in range(CHANNELS.get(image.mode, 3)))


@_method("getbands")
def _bands(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    mode = args[0].mode
    return tuple(mode) if mode in ("L", "P", "I", "F", "RGB", "RGBA", "CMYK", "HSV", "LA") else Unknown("the bands")


# --- making pictures ------------------------------------------------------------------------------------


@native("PIL.Image.open")
def _open(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """What a file holds is not known, not even its mode."""
    return open_picture("")


@native("PIL.Image.new")
def _new(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    mode, size, _ = take(vm, "new", args, kwargs, "mode", "size", color=0)
    width, height = pair_of(vm, size)
    return picture(mode if isinstance(mode, str) else "", height, width)


@native("PIL.Image.merge")
def _merge(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    bands = args[1] if isinstance(args[1], list | tuple) else []
    mode = args[0] if isinstance(args[0], str) else ""
    first = bands[0] if bands and isinstance(bands[0], Picture) else open_picture("L")
    return picture(mode, first.height, first.width)


@native("PIL.Image.fromarray")
def _fromarray(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from convlint.interp.others.arrays import sizes_of_array  # NumPy's model, where a program uses it

    sizes = sizes_of_array(args[0])
    mode = args[1] if len(args) > 1 else kwargs.get("mode")
    if sizes is None:
        return open_picture(mode if isinstance(mode, str) else "")
    shape, dtype = sizes
    modes = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
    if not isinstance(mode, str):
        plain = {"bool": "1", "int32": "I", "float32": "F"}.get(dtype, "L" if dtype == "uint8" else "")
        last = shape[2] if len(shape) == 3 else None
        mode = plain if last is None else modes.get(last, "") if isinstance(last, int) else ""
    return picture(mode, shape[0], shape[1]) if len(shape) in (2, 3) else open_picture(mode)


@native("PIL.ImageOps.grayscale")
def _grayscale(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    image = args[0]
    return picture("L", image.height, image.width) if isinstance(image, Picture) else open_picture("L")


@native("PIL.ImageOps.mirror", "PIL.ImageOps.flip", "PIL.ImageOps.invert", "PIL.ImageOps.equalize",
        "PIL.ImageOps.autocontrast", "PIL.ImageOps.posterize", "PIL.ImageOps.solarize")  # fmt: skip
def _unchanged(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _same(vm, args[:1], {}) if isinstance(args[0], Picture) else Unknown("a picture")


@native("PIL.ImageOps.exif_transpose")
def _exif(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """What a file says of itself may turn a picture."""
    image = args[0]
    return open_picture(image.mode) if isinstance(image, Picture) else Unknown("a picture")


@native("PIL.ImageOps.fit", "PIL.ImageOps.pad")
def _fit(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    width, height = pair_of(vm, args[1] if len(args) > 1 else kwargs.get("size"))
    image = args[0] if isinstance(args[0], Picture) else open_picture("")
    return picture(image.mode, height, width, image.channels)


for _module in ("PIL", "PIL.Image", "PIL.ImageOps", "PIL.ImageFilter", "PIL.ImageDraw", "PIL.ImageEnhance"):
    add_module(_module)
for _name in ("NEAREST", "BOX", "BILINEAR", "LINEAR", "HAMMING", "BICUBIC", "CUBIC", "LANCZOS", "ANTIALIAS"):
    add_value(f"PIL.Image.{_name}", Form(f"PIL.Image.{_name}"))
    add_value(f"PIL.Image.Resampling.{_name}", Form(f"PIL.Image.{_name}"))
for _name in ("FLIP_LEFT_RIGHT", "FLIP_TOP_BOTTOM", "ROTATE_90", "ROTATE_180", "ROTATE_270", "TRANSPOSE", "TRANSVERSE"):
    add_value(f"PIL.Image.{_name}", Form(f"PIL.Image.{_name}"))
    add_value(f"PIL.Image.Transpose.{_name}", Form(f"PIL.Image.{_name}"))
add_value("PIL.ImageFile.LOAD_TRUNCATED_IMAGES", False)
add_value("PIL.Image.MAX_IMAGE_PIXELS", None)
add_value("PIL.ImageDraw.Draw", Native("PIL.ImageDraw.Draw", lambda vm, args, kwargs: Harmless("PIL.ImageDraw")))
