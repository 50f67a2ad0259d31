# mypy: ignore-errors
# ruff: noqa: N802, N803, N816 - its names
"""OpenCV as convlint interprets it: pictures are arrays of a height, a width and perhaps channels.

This file is read as text and interpreted; convlint never imports it.
"""

import numpy as np
from cv2 import _channels, _height, _is_open, _made, _open, _sizes, _told, _width

ROTATE_180 = 1


def imread(filename, flags=1):
    """What a file holds: its height and width are not known, and what is not there is no picture."""
    return _read(flags)


def imdecode(buf, flags=1):
    return _read(flags)


def _read(flags):
    if _is_open(flags) or flags not in (0, 1):
        return _open("a picture of whatever channels")
    return _made((_height(), _width()) if flags == 0 else (_height(), _width(), 3), "uint8")


def _image(src):
    return isinstance(src, np.ndarray) and not _is_open(src)


def _like(src, height, width):
    """A picture of another size: one channel that has an axis of its own loses it."""
    last = src.shape[2:]
    return _made((height, width) if last == (1,) else (height, width, *last), src.dtype)


def resize(src, dsize=None, dst=None, fx=0, fy=0, interpolation=1):
    sizes = _sizes(dsize)
    if not _image(src):
        return _open("a picture that is resized")
    if sizes is None:
        return _like(src, _height(), _width())
    return _told(_like(src, sizes[1], sizes[0]), f"`cv2.resize` makes it {sizes[1]}×{sizes[0]}")


def _warped(src, M, dsize, *args, **options):
    sizes = _sizes(dsize)
    if not _image(src):
        return _open("a picture that is warped")
    return _like(src, _height(), _width()) if sizes is None else _like(src, sizes[1], sizes[0])


warpAffine = warpPerspective = _warped


def cvtColor(src, code, dst=None, dstCn=0):
    channels = _channels(code)
    if not _image(src) or _is_open(channels):
        return _open("a picture of other channels")
    return _made(src.shape[:2] if channels == 1 else (*src.shape[:2], channels), src.dtype)


def _same(src, *args, **options):
    return _made(src.shape, src.dtype) if _image(src) else _open("a picture")


flip = GaussianBlur = medianBlur = blur = bilateralFilter = equalizeHist = normalize = addWeighted = _same
bitwise_not = bitwise_and = bitwise_or = dilate = erode = morphologyEx = filter2D = convertScaleAbs = _same
LUT = applyColorMap = adaptiveThreshold = fastNlMeansDenoising = fastNlMeansDenoisingColored = _same


def threshold(src, *args, **options):
    return _open("a threshold"), _same(src)


def Canny(image, *args, **options):
    return _made(image.shape[:2], "uint8") if _image(image) else _open("edges")


def rotate(src, rotateCode, dst=None):
    if not _image(src) or _is_open(rotateCode):
        return _open("a picture that is rotated")
    return _same(src) if rotateCode == ROTATE_180 else _made((src.shape[1], src.shape[0], *src.shape[2:]), src.dtype)


def copyMakeBorder(src, top, bottom, left, right, *args, **options):
    if not _image(src):
        return _open("a picture with a border")
    return _made((src.shape[0] + top + bottom, src.shape[1] + left + right, *src.shape[2:]), src.dtype)


def split(m):
    if not _image(m) or not isinstance(m.shape[-1], int):
        return _open("the channels of a picture")
    return tuple(_made(m.shape[:2], m.dtype) for _ in range(m.shape[2] if m.ndim == 3 else 1))


def merge(mv):
    return _made((*mv[0].shape[:2], len(mv)), mv[0].dtype) if _image(mv[0]) else _open("a picture of channels")


class VideoCapture:
    def __init__(self, *args):
        pass

    def read(self):
        return _open("whether there is a frame"), _read(1)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _open(name)
