# mypy: ignore-errors
"""Tables and columns of pandas as convlint interprets them: their sizes, and the names of columns that are told.

This file is read as text and interpreted; convlint never imports it.
"""

from pandas import _is_open, _length, _number, _open, _open_size, _sized, _width


class _Table:
    """What tables and columns have in common."""

    def _same(self, *args, inplace=False, **options):
        return None if inplace else self._of_rows(self._rows)

    def _fewer(self, *args, inplace=False, **options):
        if inplace:
            self._rows = _open_size()
            return None
        return self._of_rows(_open_size())

    fillna = ffill = bfill = replace = reset_index = sort_values = sort_index = copy = infer_objects = round = _same
    clip = abs = astype = interpolate = shift = diff = rank = rename_axis = _same
    dropna = drop_duplicates = head = tail = sample = query = nlargest = nsmallest = _fewer

    def _arithmetic(self, other):
        return self._of_rows(self._rows)

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _arithmetic
    __pow__ = __mod__ = __floordiv__ = __and__ = __or__ = _arithmetic
    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = _arithmetic

    def __neg__(self):
        return self._of_rows(self._rows)

    __invert__ = __neg__

    def __hash__(self):
        return _open("the hash of a table")

    def __bool__(self):
        return _open("the truth of a table")

    def __len__(self):
        return self._rows

    @property
    def iloc(self):
        return _Rows(self)

    loc = at = iat = iloc

    def to_numpy(self, dtype=None, *args, **options):
        return _sized(self.shape, "" if dtype is None else dtype)

    @property
    def values(self):
        return self.to_numpy()

    def __array__(self, dtype=None, copy=None):
        return self.to_numpy(dtype)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return _open(name)


class Series(_Table):
    _width = 1

    def __init__(self, data=None, *args, **options):
        self._rows = _length(data)

    def _of_rows(self, count):
        made = Series()
        made._rows = count
        return made

    @property
    def shape(self):
        return (self._rows,)

    map = apply = where = mask = isin = isna = notna = isnull = notnull = between = cumsum = pct_change = _Table._same

    def __getitem__(self, key):
        return self._of_rows(_open_size()) if isinstance(key, (slice, Series, list)) else _number()

    def __setitem__(self, key, value):
        pass

    def __iter__(self):
        return iter([_number()])

    def unique(self):
        return _sized((_open_size(),), "")

    def to_frame(self, name=None):
        return _table(self._rows, 1, None)


class DataFrame(_Table):
    def __init__(self, data=None, index=None, columns=None, *args, **options):
        if isinstance(data, dict):
            self._names = list(data)
            self._rows = _length(next(iter(data.values()))) if data else 0
            self._width = len(self._names)
        else:
            self._names = _names_of(columns)
            self._rows = _length(data)
            self._width = _width(data) if self._names is None else len(self._names)

    def _of_rows(self, count):
        return _table(count, self._width, self._names)

    @property
    def shape(self):
        return (self._rows, self._width)

    @property
    def columns(self):
        return _open("the names of columns") if self._names is None else list(self._names)

    def keys(self):
        return self.columns

    def __contains__(self, name):
        return _open("whether there is a column") if self._names is None else name in self._names

    def __getitem__(self, key):
        if isinstance(key, str):
            return _column(self._rows)
        if isinstance(key, list):
            return _open("columns that are not known") if _is_open(key) else _table(self._rows, len(key), list(key))
        return self._of_rows(_open_size()) if isinstance(key, (slice, _Table)) else _open("a part of a table")

    def __setitem__(self, key, value):
        if self._names is None or not isinstance(key, str):
            self._width, self._names = _open_size(), None
        elif key not in self._names:
            self._names = [*self._names, key]
            self._width = len(self._names)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return _column(self._rows) if self._names is not None and name in self._names else _open(name)

    def pop(self, name):
        self._without([name])
        return _column(self._rows)

    def _without(self, names):
        if self._names is None:
            self._width = self._width - len(names)
        else:
            self._names = [name for name in self._names if name not in names]
            self._width = len(self._names)

    def drop(self, labels=None, *, axis=0, index=None, columns=None, level=None, inplace=False, errors="raise"):
        names = columns if columns is not None else labels if axis in (1, "columns") else None
        made = self if inplace else self._of_rows(self._rows)
        if names is None:
            made._rows = _open_size()
        elif isinstance(names, str):
            made._without([names])
        elif isinstance(names, list) and not _is_open(names):
            made._without(names)
        else:
            made._width, made._names = _open_size(), None
        return None if inplace else made

    def rename(self, *args, inplace=False, **options):
        if inplace:
            self._names = None
            return None
        return _table(self._rows, self._width, None)

    def select_dtypes(self, *args, **options):
        return _table(self._rows, _open_size(), None)


def _table(rows, width, names):
    made = DataFrame({})
    made._rows, made._width, made._names = rows, width, names
    return made


def _column(rows):
    made = Series()
    made._rows = rows
    return made


def _names_of(columns):
    return list(columns) if isinstance(columns, (list, tuple)) and not _is_open(columns) else None


class _Rows:
    """`iloc` and `loc` of a table: a row, a column, a cell or a part."""

    def __init__(self, table):
        self._table = table

    def __getitem__(self, key):
        if isinstance(self._table, Series):
            return self._table[key]
        if not isinstance(key, tuple):
            if isinstance(key, int):
                return _column(self._table._width)
            return self._table._of_rows(_open_size())
        rows, columns = key
        count = self._table._rows if isinstance(rows, slice) and rows == slice(None) else _open_size()
        if isinstance(columns, (int, str)):
            return _number() if isinstance(rows, int) else _column(count)
        if isinstance(columns, list) and not _is_open(columns):
            width, names = len(columns), None
        elif isinstance(columns, slice):
            width, names = _sliced(self._table._width, columns), None
        else:
            width, names = _open_size(), None
        return _column(width) if isinstance(rows, int) else _table(count, width, names)

    def __setitem__(self, key, value):
        self._table._width, self._table._names = _open_size(), None


def _sliced(width, part):
    """How many columns a slice takes."""
    bounds = (part.start, part.stop, part.step)
    plain = all(bound is None or isinstance(bound, int) for bound in bounds)
    return len(range(width)[part]) if plain and isinstance(width, int) else _open_size()


def read_csv(path, *args, names=None, usecols=None, index_col=None, chunksize=None, iterator=False, **options):
    if chunksize is not None or iterator:
        return _open("the parts of a file")
    listed = _names_of(usecols if usecols is not None else names)
    if listed is None or index_col is not None:
        return _table(_open_size(), _open_size(), None)
    return _table(_open_size(), len(listed), listed)


read_table = read_excel = read_parquet = read_csv


def get_dummies(data, *args, **options):
    return _table(_length(data), _open_size(), None)


def to_numeric(arg, *args, **options):
    return arg
