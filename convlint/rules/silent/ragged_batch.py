"""CVL507: the items of a loader differ in size, so that they cannot be put into one batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convlint.axes.saying import LOADER
from convlint.evidence import Assumed, Unstackable
from convlint.findings import Related
from convlint.layers.core.tensor import Tensor
from convlint.rules.base import Claim
from convlint.rules.silent.base import SilentRule
from convlint.symbolic import Size, symbols_of
from convlint.trace import KEPT_ASPECT, Event, Place


class RaggedBatch(SilentRule):
    """The items of a loader differ in size: `Resize` with one number keeps the aspect ratio.

    ## What it does
    Reports a `DataLoader` that puts pictures of unknown sizes into batches after `Resize(224)`, with neither a crop to
    a fixed size behind it nor a `collate_fn`. It is silent if the data set is known to hold pictures of one size; a
    folder of pictures is not looked into: if all of its pictures have the same proportions, the batches can be made.

    ## Why is this bad?
    `Resize(224)` makes the shorter side 224. The first batch with two pictures of different proportions ends
    the run with "stack expects each tensor to be equal size", perhaps hours later.

    ## Example
    ```python
    transforms.Compose([transforms.Resize(224), transforms.ToTensor()])
    ```

    ## Use instead
    ```python
    transforms.Compose([transforms.Resize(224), transforms.CenterCrop(224), transforms.ToTensor()])
    ```
    """

    code = "CVL507"
    name = "ragged-batch"
    triggers = frozenset({LOADER})

    def claims(self, events: Sequence[Event], assumed: Assumed) -> Iterator[Claim]:
        for event in events:
            if event.name == LOADER and event.arguments.get("batched"):
                ragged = next((tensor for tensor in event.outputs if _is_ragged(tensor)), None)
                loader = event.arguments.get("_place")
                if ragged is not None and isinstance(loader, Place) and _holds_several(ragged.shape[0]):
                    yield _claim(event, ragged, loader)

    BAD = (
        """
        def train():
            from torch.utils.data import DataLoader
            from torchvision import datasets, transforms

            tf = transforms.Compose([transforms.Resize(224), transforms.ToTensor()])
            for images, labels in DataLoader(datasets.ImageFolder("train", tf), batch_size=16):
                print(images.shape)
        """,
        """
        def train():
            from torch.utils.data import DataLoader
            from torchvision import datasets, transforms

            tf = transforms.Compose([transforms.ToTensor(), transforms.Resize(128), transforms.RandomHorizontalFlip()])
            loader = DataLoader(datasets.Flowers102("data", transform=tf), 32, shuffle=True)
            for images, labels in loader:
                print(images.shape)
        """,
        """
        def train():
            from torch.utils.data import DataLoader
            from torchvision import datasets
            from torchvision.transforms import v2

            tf = v2.Compose([v2.ToTensor(), v2.Resize((256,)), v2.Normalize([0.5] * 3, [0.5] * 3)])
            for batch in DataLoader(datasets.Food101("data", transform=tf), batch_size=8):
                print(len(batch))
        """,
    )
    GOOD = (
        """
        def train():
            from torch.utils.data import DataLoader
            from torchvision import datasets, transforms

            tf = transforms.Compose([transforms.Resize(256), transforms.CenterCrop(224), transforms.ToTensor()])
            for images, labels in DataLoader(datasets.ImageFolder("train", tf), batch_size=16):
                print(images.shape)
        """,
        """
        def train():
            from torch.utils.data import DataLoader
            from torchvision import datasets, transforms

            tf = transforms.Compose([transforms.Resize(64), transforms.ToTensor()])
            for images, labels in DataLoader(datasets.CIFAR10("data", transform=tf), batch_size=16):
                print(images.shape)
        """,
        """
        def evaluate():
            from torch.utils.data import DataLoader
            from torchvision import datasets, transforms

            tf = transforms.Compose([transforms.Resize(224), transforms.ToTensor()])
            for images, labels in DataLoader(datasets.ImageFolder("test", tf), batch_size=1):
                print(images.shape)
        """,
    )


def _is_ragged(tensor: Tensor) -> bool:
    return any(symbol.reason == KEPT_ASPECT for size in tensor.shape for symbol in symbols_of(size))


def _holds_several(size: Size) -> bool:
    return isinstance(size, int) and size > 1


def _two_of(batch: Tensor) -> tuple[tuple[int, ...], ...]:
    """Return the shapes of two pictures with different proportions."""
    return tuple(tuple(size if isinstance(size, int) else side for size in batch.shape[1:]) for side in (224, 299))


def _claim(event: Event, ragged: Tensor, loader: Place) -> Claim:
    batch = ragged.shape[0]
    return Claim(
        "pictures of different proportions differ in size behind `Resize` with one number, which keeps the aspect "
        f"ratio, and torch makes no batch of {batch} of them",
        loader,
        event.stack,
        related=(Related(event.place, "the batches are made here"),),
        help="give `Resize` both sizes, or crop behind it: `CenterCrop(224)`",
        evidence=Unstackable(_two_of(ragged)),
    )
