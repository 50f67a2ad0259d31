"""OpenCV: what its Python in the prelude asks for, and its constants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.objects import Form
from convlint.interp.natives.registry import add_value, native, written
from convlint.interp.others import opened
from convlint.interp.others.pictures import arrays
from convlint.interp.others.pil import open_size
from convlint.interp.values.unknown import Harmless, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

written(
    "cv2_.py",
    "cv2",
    "imread imdecode resize warpAffine warpPerspective cvtColor flip GaussianBlur medianBlur blur bilateralFilter "
    "equalizeHist normalize addWeighted bitwise_not bitwise_and bitwise_or dilate erode morphologyEx filter2D "
    "convertScaleAbs LUT applyColorMap adaptiveThreshold fastNlMeansDenoising fastNlMeansDenoisingColored threshold "
    "Canny rotate copyMakeBorder split merge VideoCapture",
)
SPACES = "BGR RGB GRAY HSV HLS LAB Lab LUV Luv YCrCb YCR_CB YUV XYZ BGRA RGBA HSV_FULL HLS_FULL".split()  # noqa: SIM905
CODES = {f"COLOR_{one}2{other}": other for one in SPACES for other in SPACES if one != other}
for _name in CODES:
    add_value(f"cv2.{_name}", Form(f"cv2.{_name}"))
CONSTANTS = {
    "IMREAD_UNCHANGED": -1, "IMREAD_GRAYSCALE": 0, "IMREAD_COLOR": 1, "IMREAD_COLOR_BGR": 1, "IMREAD_ANYDEPTH": 2,
    "IMREAD_ANYCOLOR": 4, "IMREAD_COLOR_RGB": 256, "INTER_NEAREST": 0, "INTER_LINEAR": 1, "INTER_CUBIC": 2,
    "INTER_AREA": 3, "INTER_LANCZOS4": 4, "ROTATE_90_CLOCKWISE": 0, "ROTATE_180": 1, "ROTATE_90_COUNTERCLOCKWISE": 2,
    "BORDER_CONSTANT": 0, "BORDER_REPLICATE": 1, "BORDER_REFLECT": 2, "BORDER_REFLECT_101": 4, "THRESH_BINARY": 0,
    "THRESH_OTSU": 8,
}  # fmt: skip
for _name, _number in CONSTANTS.items():
    add_value(f"cv2.{_name}", _number)
for _name in ("imwrite", "imshow", "waitKey", "destroyAllWindows", "setNumThreads", "putText", "rectangle", "line",
              "circle", "namedWindow", "polylines"):  # fmt: skip
    add_value(f"cv2.{_name}", Harmless(f"`cv2.{_name}`"))
native("cv2._made")(arrays.made)
native("cv2._told")(arrays.told)
native("cv2._is_open")(opened.is_open)
native("cv2._sizes")(arrays.sizes)


@native("cv2._height")
def _height(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return open_size("the height of a picture")


@native("cv2._width")
def _width(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return open_size("the width of a picture")


native("cv2._open")(opened.unknown)


@native("cv2._channels")
def _channels(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """How many channels a conversion gives; unknown for a code that is not known."""
    code = args[0]
    space = CODES.get(code.name.removeprefix("cv2.")) if isinstance(code, Form) else None
    if space is None:
        return Unknown("the channels of a conversion")
    return 1 if space == "GRAY" else 4 if space in ("BGRA", "RGBA") else 3
