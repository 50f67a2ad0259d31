# mypy: ignore-errors
"""fastai as convlint interprets it: the batches of its loaders by their transforms, and the learner's rounds on them.

This file is read as text and interpreted; convlint never imports it.
"""

import torch
from fastai import _open, _open_size
from torch import nn
from torch.utils.data import DataLoader as TorchLoader

# --- what a batch is made of ------------------------------------------------------------------------------


class PILBase:
    channels = 3


class PILImage(PILBase):
    pass


class PILImageBW(PILBase):
    channels = 1


class PILMask(PILBase):
    channels = 0


class _Block:
    def __init__(self, make):
        self.make = make


def ImageBlock(cls=PILImage):  # noqa: N802 - its name
    channels = getattr(cls, "channels", None)
    return _Block(lambda count, size: torch.empty(count, _open_size() if channels is None else channels, *size))


def MaskBlock(codes=None):  # noqa: N802 - its name
    return _Block(lambda count, size: torch.empty(count, *size, dtype=torch.int64))


def CategoryBlock(*args, **options):  # noqa: N802 - its name
    return _Block(lambda count, size: torch.empty(count, dtype=torch.int64))


def RegressionBlock(n_out=None, c_out=None):  # noqa: N802 - its name
    n_out = c_out if n_out is None else n_out
    return _Block(lambda count, size: torch.empty(count) if n_out in (None, 1) else torch.empty(count, n_out))


def MultiCategoryBlock(encoded=False, vocab=None, add_na=False):  # noqa: N802 - its name
    return _Block(lambda count, size: torch.empty(count, _open_size() if vocab is None else len(vocab)))


class _Sized:
    """A transform that makes pictures of one size."""

    def __init__(self, size=None, *args, **options):
        self.size = size


class Resize(_Sized):
    pass


class RandomResizedCrop(_Sized):
    pass


class RandomResizedCropGPU(_Sized):
    pass


class CropPad(_Sized):
    pass


class RandomCrop(_Sized):
    pass


def aug_transforms(mult=1.0, *args, size=None, **options):
    return [_Sized(size)]


class Normalize:
    def __init__(self, *args, **options):
        pass

    @classmethod
    def from_stats(cls, *args, **options):
        return cls()


def _size_of(transforms, size):
    """The size of pictures after transforms: what the last one that gives a size says; what is not known, no longer."""
    if transforms is None:
        return size
    for transform in [transforms] if isinstance(transforms, (_Sized, Normalize)) else transforms:
        if isinstance(transform, _Sized):
            if transform.size is not None:
                size = transform.size if isinstance(transform.size, (tuple, list)) else (transform.size,) * 2
        elif not isinstance(transform, Normalize):
            size = (_open_size(), _open_size())
    return size


class _Batches:
    """A loader whose batches have known sizes, and nobody knows how many they are."""

    def __init__(self, blocks, size, bs):
        self._blocks, self._size, self.bs = blocks, size, bs

    def __iter__(self):
        return iter([self.one_batch()])

    def __len__(self):
        return _open_size()

    def one_batch(self):
        return tuple(block.make(self.bs, self._size) for block in self._blocks)


class DataBlock:
    def __init__(self, blocks=(), *args, item_tfms=None, batch_tfms=None, **options):
        self._blocks = [block if isinstance(block, _Block) else block() for block in blocks]
        self._items, self._batch = item_tfms, batch_tfms

    def dataloaders(self, source, path=".", verbose=False, bs=64, **options):
        size = _size_of(self._batch, _size_of(self._items, (_open_size(), _open_size())))
        if not all(isinstance(block, _Block) for block in self._blocks):
            return _open("the loaders of blocks that are not known")
        return DataLoaders(_Batches(self._blocks, size, bs), _Batches(self._blocks, size, options.get("val_bs", bs)))

    def new(self, item_tfms=None, batch_tfms=None):
        return DataBlock(
            self._blocks,
            item_tfms=self._items if item_tfms is None else item_tfms,
            batch_tfms=self._batch if batch_tfms is None else batch_tfms,
        )

    def summary(self, *args, **options):
        return None


class DataLoaders:
    def __init__(self, *loaders, path=".", device=None):
        self.loaders = list(loaders)

    @classmethod
    def from_dsets(cls, *datasets, path=".", bs=64, device=None, shuffle=True, drop_last=True, **options):
        made = [TorchLoader(dataset, batch_size=bs) for dataset in datasets[1:]]
        return cls(TorchLoader(datasets[0], batch_size=bs, shuffle=True, drop_last=True), *made)

    @property
    def train(self):
        return self.loaders[0]

    @property
    def valid(self):
        return self.loaders[1]

    def __getitem__(self, index):
        return self.loaders[index]

    def one_batch(self):
        return next(iter(self.loaders[0]))

    def show_batch(self, *args, **options):
        return None

    def to(self, device):
        return self

    cuda = cpu = to

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _open(name)


class ImageDataLoaders(DataLoaders):
    @classmethod
    def _pictures(cls, path, *args, item_tfms=None, batch_tfms=None, img_cls=PILImage, bs=64, y_block=None, **options):
        target = CategoryBlock() if y_block is None else y_block
        blocks = [ImageBlock(img_cls), target if isinstance(target, _Block) else target()]
        return DataBlock(blocks, item_tfms=item_tfms, batch_tfms=batch_tfms).dataloaders(path, bs=bs)

    from_folder = from_path_func = from_name_func = from_path_re = from_name_re = from_lists = _pictures
    from_df = from_csv = _pictures


class SegmentationDataLoaders(DataLoaders):
    @classmethod
    def from_label_func(cls, path, *args, item_tfms=None, batch_tfms=None, img_cls=PILImage, bs=64, **options):
        blocks = [ImageBlock(img_cls), MaskBlock()]
        return DataBlock(blocks, item_tfms=item_tfms, batch_tfms=batch_tfms).dataloaders(path, bs=bs)


class DataLoader(TorchLoader):
    def __init__(self, dataset=None, bs=None, **options):
        size = options.get("batch_size", 1 if bs is None else bs)
        kept = {name: options[name] for name in ("shuffle", "drop_last") if name in options}
        super().__init__(dataset, batch_size=size, **kept)

    def one_batch(self):
        return next(iter(self))


# --- losses and the learner -------------------------------------------------------------------------------


class _Flat:
    """A loss of what is made flat but for the axis of the classes."""

    def __init__(self, *args, axis=-1, **options):
        self.axis = axis

    def __call__(self, inp, targ, **options):
        return self.loss(inp, targ)


class CrossEntropyLossFlat(_Flat):
    def loss(self, inp, targ):
        inp = inp.transpose(self.axis, -1).contiguous()
        return nn.functional.cross_entropy(inp.view(-1, inp.shape[-1]), targ.view(-1))


class BCEWithLogitsLossFlat(_Flat):
    def loss(self, inp, targ):
        return nn.functional.binary_cross_entropy_with_logits(inp.view(-1), targ.float().view(-1))


class MSELossFlat(_Flat):
    def loss(self, inp, targ):
        return nn.functional.mse_loss(inp.view(-1), targ.float().view(-1))


class L1LossFlat(_Flat):
    def loss(self, inp, targ):
        return nn.functional.l1_loss(inp.view(-1), targ.float().view(-1))


def _parts(batch):
    """The inputs and the targets of a batch: all but the last part, and the last one."""
    batch = batch if isinstance(batch, (tuple, list)) else (batch,)
    return batch[: max(1, len(batch) - 1)], batch[max(1, len(batch) - 1) :]


class Learner:
    def __init__(self, dls, model, loss_func=None, *args, **options):
        self.dls, self.model, self.loss_func = dls, model, loss_func

    def _rounds(self, loader):
        for batch in loader:
            inputs, targets = _parts(batch)
            predicted = self.model(*inputs)
            if self.loss_func is not None and len(targets) > 0:
                loss = self.loss_func(predicted, *targets)
                if self.model.training:
                    loss.backward()

    def fit(self, *args, **options):
        self.model.train()
        self._rounds(self.dls.train)
        self.validate()

    fit_one_cycle = fit_flat_cos = fit_sgdr = fine_tune = fit

    def lr_find(self, *args, **options):
        self.model.train()
        self._rounds(self.dls.train)
        return _open("a rate of learning")

    def validate(self, *args, **options):
        self.model.eval()
        with torch.no_grad():
            self._rounds(self.dls.valid)
        return _open("the loss of a validation")

    def get_preds(self, *args, **options):
        self.validate()
        return _open("what a learner predicts")

    def _nothing(self, *args, **options):
        return None

    def _itself(self, *args, **options):
        return self

    save = export = freeze = unfreeze = freeze_to = show_results = add_cb = add_cbs = recorder = _nothing
    to_fp16 = to_bf16 = to_native_fp16 = to_fp32 = load = to = _itself

    def summary(self):
        inputs, _ = _parts(self.dls.one_batch())
        self.model(*inputs)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _open(name)
