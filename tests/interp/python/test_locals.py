"""`locals()`: the names of the function that runs, as Python gives them."""

from __future__ import annotations

from convlint.interp.values.unknown import Unknown
from tests.interp.running import agrees, interpret


def test_the_names_of_a_method() -> None:
    agrees(
        """
        class Net:
            def __init__(self, dim=1, *, heads=2, **rest):
                super().__init__()
                given = dict(locals())
                after = 3
                self.given = given
            def plain(self, x):
                y = 3
                return locals()
        net = Net(5, heads=6, depth=7)
        given = net.given
        result = [sorted(given), given['dim'], given['heads'], given['rest'], given['__class__'] is Net,
                  sorted(net.plain(4))]
        """
    )


def test_the_names_of_a_function() -> None:
    agrees(
        """
        def f(a, b=2):
            c = a + b
            names = locals()
            return sorted(names.items())
        result = f(1)
        """
    )


def test_names_of_enclosing_functions_are_not_modelled() -> None:
    source = """
    def outer(a):
        def inner(b):
            return locals(), a
        return inner(2)
    result = outer(1)[0]
    """
    assert isinstance(interpret(source)[0]["result"], Unknown)
