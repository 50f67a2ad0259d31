# mypy: ignore-errors
"""What `collections.abc.Sequence` and `MutableSequence` give classes that derive from them, as Python writes it.

This file is read as text and interpreted; convlint never imports it.
"""


def __iter__(self):  # noqa: N807
    at = 0
    try:
        while True:
            yield self[at]
            at += 1
    except IndexError:
        return


def __reversed__(self):  # noqa: N807
    for at in reversed(range(len(self))):
        yield self[at]


def index(self, value, start=0, stop=None):
    if start is not None and start < 0:
        start = max(len(self) + start, 0)
    if stop is not None and stop < 0:
        stop += len(self)
    at = start
    while stop is None or at < stop:
        try:
            held = self[at]
        except IndexError:
            break
        if held is value or held == value:
            return at
        at += 1
    raise ValueError


def count(self, value):
    return sum(1 for held in self if held is value or held == value)


def append(self, value):
    self.insert(len(self), value)


def clear(self):
    try:
        while True:
            self.pop()
    except IndexError:
        pass


def reverse(self):
    size = len(self)
    for at in range(size // 2):
        self[at], self[size - at - 1] = self[size - at - 1], self[at]


def extend(self, values):
    if values is self:
        values = list(values)
    for value in values:
        self.append(value)


def pop(self, index=-1):
    value = self[index]
    del self[index]
    return value


def remove(self, value):
    del self[self.index(value)]
