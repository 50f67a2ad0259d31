# mypy: ignore-errors
"""Progress bars as convlint interprets them: they give what they are given, one item after the other.

This file is read as text and interpreted; convlint never imports it.
"""

from tqdm import _shown, _total


class tqdm:  # noqa: N801 - its name
    def __init__(self, iterable=None, desc=None, total=None, **options):
        self.iterable = iterable
        self.total = _total(total)

    def __class_getitem__(cls, params):
        return cls

    def __iter__(self):
        return iter(self.iterable)

    def __len__(self):
        return self.total if self.iterable is None else len(self.iterable)

    def __bool__(self):
        return _shown("whether a progress bar is empty")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _shown(name)


class trange(tqdm):  # noqa: N801 - its name
    def __init__(self, *args, **options):
        super().__init__(range(*args), **options)


def tenumerate(iterable, start=0, total=None, tqdm_class=None, **options):
    return enumerate(iterable, start)


def tzip(*iterables, **options):
    return zip(*iterables, strict=False)


def track(sequence, *args, **options):
    return iter(sequence)


def progress_bar(gen, *args, **options):
    return tqdm(gen)


master_bar = progress_bar
