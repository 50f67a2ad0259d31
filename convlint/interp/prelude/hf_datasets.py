# mypy: ignore-errors
"""Data sets of Hugging Face as convlint interprets them: items of well-known ones, and what transforms make of them.

This file is read as text and interpreted; convlint never imports it.
"""

from datasets import _columns, _count, _is_open, _open
from PIL import Image


class _Names:
    """What is known of a column of classes."""

    def __init__(self, count):
        self.num_classes = count
        self.names = ["class"] * count

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _open(name)


class Dataset:
    """Items that are alike: dicts of columns, each of which is a picture or a class."""

    def __init__(self, columns, count, transform=None):
        self._columns, self._count, self._transform = columns, count, transform
        self.features = {
            name: _Names(columns[name]) if isinstance(columns[name], int) else _open(name) for name in columns
        }

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _open(name)

    @property
    def column_names(self):
        return list(self._columns)

    @property
    def num_rows(self):
        return self._count

    def __len__(self):
        return self._count

    def _item(self):
        item = {}
        for name, kind in self._columns.items():
            item[name] = 0 if isinstance(kind, int) else Image.new(kind[0], (kind[2], kind[1]))
        return item

    def __getitem__(self, index):
        if isinstance(index, str):
            return [self._item()[index] for _ in range(self._count)] if self._transform is None else _open("a column")
        if isinstance(index, slice):
            return _open("several items")
        if self._transform is None:
            return self._item()
        made = self._transform({name: [value] for name, value in self._item().items()})
        return made if _is_open(made) else {name: made[name][0] for name in made}

    def with_transform(self, transform, *args, **options):
        return Dataset(self._columns, self._count, transform)

    def set_transform(self, transform, *args, **options):
        self._transform = transform

    def shuffle(self, *args, **options):
        return Dataset(self._columns, self._count, self._transform)

    def select(self, indices, **options):
        return Dataset(self._columns, _count(indices), self._transform)

    def rename_column(self, before, after):
        columns = {after if name == before else name: kind for name, kind in self._columns.items()}
        return Dataset(columns, self._count, self._transform)

    def remove_columns(self, names):
        gone = [names] if isinstance(names, str) else names
        columns = {name: kind for name, kind in self._columns.items() if name not in gone}
        return Dataset(columns, self._count, self._transform)

    def train_test_split(self, test_size=None, *args, **options):
        small = _count(None)
        if isinstance(test_size, int) and not isinstance(test_size, bool):
            small = test_size
        parts = {"train": _count(None), "test": small}
        return DatasetDict({name: Dataset(self._columns, parts[name], self._transform) for name in parts})

    def _changed(self, *args, **options):
        return _open("a data set that a function has changed")

    map = filter = with_format = set_format = cast_column = class_encode_column = _changed


class DatasetDict(dict):
    def with_transform(self, transform, *args, **options):
        return DatasetDict({name: self[name].with_transform(transform) for name in self})

    def set_transform(self, transform, *args, **options):
        for name in self:
            self[name].set_transform(transform)

    def _changed(self, *args, **options):
        return _open("data sets that a function has changed")

    map = filter = with_format = set_format = cast_column = _changed

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _open(name)


def load_dataset(path, name=None, *args, split=None, **options):
    facts = _columns(path)
    if facts is None or options.get("streaming"):
        return _open("a data set that is not known")
    columns, counts = facts
    if split is None:
        return DatasetDict({part: Dataset(columns, counts[part]) for part in counts})
    if isinstance(split, (list, tuple)):
        return [Dataset(columns, counts.get(part, _count(None))) for part in split]
    return Dataset(columns, counts.get(split, _count(None)))
