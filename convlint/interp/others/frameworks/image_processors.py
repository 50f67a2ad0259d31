"""Processors of pictures of transformers: those of well-known models, by the sizes that their configurations say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import native, written
from convlint.interp.others.opened import harmless
from convlint.interp.others.pil import open_size
from convlint.interp.values.unknown import Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

HOMES = {
    "auto.image_processing_auto": "AutoImageProcessor",
    "auto.feature_extraction_auto": "AutoFeatureExtractor",
    "vit.image_processing_vit": "ViTImageProcessor",
    "vit.image_processing_vit_fast": "ViTImageProcessorFast",
    "vit.feature_extraction_vit": "ViTFeatureExtractor",
}
"""Where each of them is."""
for _module, _name in HOMES.items():
    written("image_processors.py", f"transformers.models.{_module}", _name)
written("image_processors.py", "transformers", " ".join(HOMES.values()))
harmless("transformers.image_processors._open", "a processor of pictures")
RESIZED = """
    google/vit-base-patch16-224 google/vit-base-patch16-224-in21k google/vit-base-patch32-224-in21k
    google/vit-large-patch16-224 google/vit-large-patch16-224-in21k google/vit-huge-patch14-224-in21k
    facebook/vit-mae-base facebook/vit-mae-large microsoft/swin-tiny-patch4-window7-224
    microsoft/swin-small-patch4-window7-224 microsoft/swin-base-patch4-window7-224 facebook/dino-vits16
    facebook/dino-vitb16 facebook/dino-vits8 facebook/dino-vitb8 microsoft/beit-base-patch16-224-pt22k
"""
"""Models whose processor resizes pictures to 224×224."""
CROPPED = """
    openai/clip-vit-base-patch32 openai/clip-vit-base-patch16 openai/clip-vit-large-patch14 facebook/dinov2-small
    facebook/dinov2-base facebook/dinov2-large facebook/deit-tiny-patch16-224 facebook/deit-small-patch16-224
    facebook/deit-base-patch16-224
"""
"""Models whose processor resizes the shorter side and cuts 224×224 out of the middle."""
_SQUARE = {"height": 224, "width": 224}
_KNOWN: dict[str, dict[str, object]] = {
    **{name: {"size": _SQUARE, "do_resize": True} for name in RESIZED.split()},
    **{name: {"crop_size": _SQUARE, "do_center_crop": True} for name in CROPPED.split()},
}


@native("transformers.image_processors._known")
def _known(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """What the configuration of a well-known processor says, None for others."""
    facts = _KNOWN.get(args[0]) if isinstance(args[0], str) else None
    return None if facts is None else {name: dict(it) if isinstance(it, dict) else it for name, it in facts.items()}


@native("transformers.image_processors._sides")
def _sides(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Height and width of what a processor makes: open ones unless it says them."""
    resizes, crops, size, crop_size = args
    for happens, sizes in ((crops, crop_size), (resizes, size)):
        known = isinstance(sizes, dict) and vm.taint_of(sizes) is None
        if happens is True and known and isinstance(sizes.get("height"), int) and isinstance(sizes.get("width"), int):
            return sizes["height"], sizes["width"]
        if happens is not False and happens is not None:
            break
    return open_size("a size of a picture"), open_size("a size of a picture")
