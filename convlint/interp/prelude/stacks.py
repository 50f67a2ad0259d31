# mypy: ignore-errors
"""`contextlib.ExitStack`, as convlint interprets it.

This file is read as text and interpreted; convlint never imports it.
"""


class ExitStack:
    """Leaves what was entered, in the opposite order."""

    def __init__(self):
        self._exits = []

    def pop_all(self):
        other = type(self)()
        other._exits, self._exits = self._exits, []
        return other

    def push(self, given):
        self._exits.append(given.__exit__ if hasattr(type(given), "__exit__") else given)
        return given

    def enter_context(self, manager):
        leave = manager.__exit__
        entered = manager.__enter__()
        self._exits.append(leave)
        return entered

    def callback(self, function, /, *args, **kwargs):
        def leave(kind, error, trace):
            function(*args, **kwargs)

        self._exits.append(leave)
        return function

    def close(self):
        self.__exit__(None, None, None)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        received, swallowed, raised = error is not None, False, False
        while self._exits:
            leave = self._exits.pop()
            try:
                if leave(kind, error, trace):
                    swallowed, raised = True, False
                    kind, error, trace = None, None, None
            except BaseException as another:
                raised = True
                kind, error = type(another), another
        if raised:
            raise error
        return received and swallowed
