"""Imports have the effects that they have in Python, in Python's order, wherever that can be seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from convlint.interp.values.unknown import Unknown
from tests.interp.imports.packages import agrees, interpret, write

REGISTRY = """
    MODELS = {}
    def register(function):
        MODELS[function.__name__] = function
        return function
    """
PROGRAMS = {
    "a registering decorator": {
        "zoo/__init__.py": "from .nets import *\nfrom .registry import MODELS",
        "zoo/registry.py": REGISTRY,
        "zoo/nets.py": """
            from .registry import register
            @register
            def small(): return 3
            @register
            def large(): return 5
            """,
        "main.py": "import zoo\nresult = [sorted(zoo.MODELS), zoo.MODELS['large'](), 'huge' in zoo.MODELS]",
    },
    "a registry asked by a function": {
        "zoo/__init__.py": "from . import a, b\nfrom .registry import names, make",
        "zoo/registry.py": REGISTRY
        + "\n    def names(): return list(MODELS)\n    def make(name): return MODELS[name]()",
        "zoo/a.py": "from .registry import register\n@register\ndef one(): return 1",
        "zoo/b.py": "from .registry import register\n@register\ndef two(): return 2",
        "main.py": "from zoo import make, names\nresult = (names(), make('two'))",
    },
    "a registry that is an object": {
        "core.py": """
            class Registry:
                def __init__(self, name):
                    self.name, self.entries = name, {}
                def register(self, name=None):
                    def wrap(cls):
                        self.entries[name or cls.__name__] = cls
                        return cls
                    return wrap
                def build(self, name, **kwargs):
                    if name not in self.entries:
                        raise KeyError(name)
                    return self.entries[name](**kwargs)
            BACKBONES = Registry("backbone")
            """,
        "nets.py": """
            from core import BACKBONES
            @BACKBONES.register()
            class Net:
                def __init__(self, width): self.width = width
            @BACKBONES.register("other")
            class Second(Net): pass
            """,
        "main.py": """
            import nets
            from core import BACKBONES
            made = [BACKBONES.build("Net", width=3), BACKBONES.build("other", width=4)]
            result = [made[0].width, made[1].width, len(BACKBONES.entries)]
            """,
    },
    "classes that register themselves": {
        "base.py": """
            class Base:
                known = {}
                def __init_subclass__(cls, **kwargs):
                    super().__init_subclass__(**kwargs)
                    Base.known[cls.__name__.lower()] = cls
            """,
        "one.py": "from base import Base\nclass One(Base):\n    size = 1",
        "main.py": "import one\nfrom base import Base\nresult = [Base.known['one'].size, list(Base.known)]",
    },
    "a module that counts its imports": {
        "counter.py": "count = []\ndef tick(name): count.append(name); return len(count)",
        "first.py": "from counter import tick\nat = tick('first')",
        "second.py": "import first\nfrom counter import tick\nat = tick('second')",
        "main.py": "import second, first\nimport counter\nresult = (counter.count, first.at, second.at)",
    },
    "modules that import each other": {
        "net/__init__.py": "from .model import Model\nfrom .layers import WIDTH",
        "net/model.py": "from . import layers\nclass Model:\n    width = layers.WIDTH",
        "net/layers.py": "WIDTH = 8\nfrom .model import Model as Other\ndef make(): return Other()" + "\n",
        "main.py": "result = 0\ntry:\n    import net\nexcept ImportError:\n    result = 'circular'",
    },
    "modules that import each other and get along": {
        "net/__init__.py": "from .model import Model\nfrom .layers import make",
        "net/model.py": "from . import layers\nclass Model:\n    width = layers.WIDTH",
        "net/layers.py": "WIDTH = 8\nfrom . import model\ndef make(): return model.Model()",
        "main.py": "import net\nresult = net.make().width",
    },
    "a name imported from the other half of a circle": {
        "a.py": "from b import two\none = 1",
        "b.py": "try:\n    from a import one\nexcept ImportError:\n    one = -1\ntwo = one + 1",
        "main.py": "import a\nresult = (a.two, a.one)",
    },
    "star imports with and without a list": {
        "shapes.py": "import math as _math\nwidth, _hidden = 3, 4\nheight = 5",
        "listed.py": "__all__ = ['_hidden']\n__all__ += ['width']\n_hidden, width, height = 6, 7, 8",
        "main.py": """
            from shapes import *
            from listed import *
            result = [width, height, _hidden, '_math' in globals()]
            """,
    },
    "star imports that a later definition overrides": {
        "shapes.py": "def f(): return 1\ndef g(): return 1",
        "main.py": "def f(): return 2\nfrom shapes import *\ndef g(): return 2\nresult = [f(), g()]",
    },
    "a list of names that names modules": {
        "net/__init__.py": "__all__ = ['small', 'large']",
        "net/small.py": "width = 1",
        "net/large.py": "width = 2",
        "main.py": "from net import *\nresult = [small.width, large.width]",
    },
    "a submodule as an attribute": {
        "a/__init__.py": "",
        "a/b/__init__.py": "",
        "a/b/c.py": "class Net: width = 3",
        "main.py": "import a.b.c\nresult = a.b.c.Net().width",
    },
    "a folder without __init__.py": {
        "a/b/c.py": "from .d import WIDTH\nclass Net: width = WIDTH",
        "a/b/d.py": "WIDTH = 3",
        "main.py": """
            import a.b.c
            from a import b
            from a.b import d
            result = (a.b.c.Net().width, b.d.WIDTH, d.__name__)
            """,
    },
    "imports inside of functions": {
        "late.py": "width = 3",
        "main.py": """
            def f():
                import late
                from late import width as w
                return late.width + w
            result = f()
            """,
    },
    "names of modules": {
        "net/__init__.py": '"""A net."""\nfrom . import inner',
        "net/inner.py": "'inside'",
        "main.py": """
            import net, net.inner as inner, os.path
            result = [
                (one.__name__, one.__package__, one.__doc__, os.path.basename(one.__file__)) for one in (net, inner)
            ] + [hasattr(net, "__path__"), hasattr(inner, "__path__")]
            """,
    },
    "a package that answers for what it lacks": {
        "net/__init__.py": """
            import importlib
            def __getattr__(name):
                if name in ("small", "large"):
                    return importlib.import_module("." + name, __name__)
                raise AttributeError(name)
            """,
        "net/small.py": "width = 1",
        "main.py": "import net\nfrom net import small\nresult = [net.small.width, small.width, hasattr(net, 'huge')]",
    },
    "a module that puts an object in its place": {
        "lazy/__init__.py": """
            import importlib, sys, types
            class Lazy(types.ModuleType):
                def __init__(self, name, where):
                    super().__init__(name)
                    self._where, self.__path__ = where, __path__
                def __getattr__(self, name):
                    if name in self._where:
                        return getattr(importlib.import_module("." + self._where[name], self.__name__), name)
                    raise AttributeError(name)
            sys.modules[__name__] = Lazy(__name__, {"Net": "nets", "width": "sizes"})
            """,
        "lazy/nets.py": "from .sizes import width\nclass Net:\n    size = width",
        "lazy/sizes.py": "width = 3",
        "main.py": """
            import lazy
            from lazy import Net
            result = [Net.size, lazy.width, hasattr(lazy, 'other'), lazy.__name__]
            """,
    },
    "a module that is put away for an object of a class of its own": {
        "mine.py": """
            import sys
            class Mine:
                __slots__ = ("__builtins__", "__cached__", "__loader__", "__name__", "width")
                def __init__(self):
                    for name in self.__slots__:
                        setattr(self, name, globals().get(name, 3))
            sys.modules[__name__] = Mine()
            """,
        "main.py": """
            import types
            import mine
            result = [type(mine) is types.ModuleType, type(mine).__name__, mine.width, mine.__name__]
            """,
    },
    "an attribute that a module sets on another": {
        "core.py": "class Layer:\n    width = 1",
        "patch.py": "import core\ncore.Layer.width = 2\ncore.extra = 3",
        "main.py": "import core, patch\nresult = [core.Layer.width, core.extra]",
    },
    "a state that a function of a module changes": {
        "state.py": "mode = 'plain'\ndef set_mode(name):\n    global mode\n    mode = name",
        "plugin.py": "from state import set_mode\nset_mode('fast')",
        "main.py": "import plugin, state\nresult = state.mode",
    },
}


@pytest.mark.parametrize("files", PROGRAMS.values(), ids=PROGRAMS)
def test_imports_do_what_pythons_do(files: dict[str, str], tmp_path: Path) -> None:
    agrees(tmp_path, files)


def test_modules_of_installed_packages_run_late_while_nobody_can_tell(tmp_path: Path) -> None:
    files = {
        "site-packages/zoo/__init__.py": "from .nets import small\nfrom .others import *",
        "site-packages/zoo/registry.py": REGISTRY,
        "site-packages/zoo/nets.py": "from .registry import register\n@register\ndef small(): return 3",
        "site-packages/zoo/others.py": "from .registry import register\n@register\ndef other(): return 3",
        "main.py": "from zoo import small\nresult = small()",
    }
    roots = (str(write(tmp_path, files) / "site-packages"),)
    names, vm, in_order = interpret(tmp_path, roots=roots)
    assert names["result"] == 3
    assert not in_order
    assert not any(module.name == "zoo.others" and module.state == "ready" for module in vm.program.files.values())
    write(tmp_path, {"main.py": "from zoo.registry import MODELS\nimport zoo\nresult = list(MODELS)"})
    names, vm, in_order = interpret(tmp_path, roots=roots)
    assert names["result"] == ["small", "other"]
    assert in_order == {"zoo"}


def test_modules_of_a_project_run_late_if_they_only_define(tmp_path: Path) -> None:
    files = {
        "net.py": "import torch\nfrom torch import nn\nWIDTHS = [3, 4]\nclass Net(nn.Module):\n    width = max(WIDTHS)",
        "main.py": "from net import Net\nresult = 3",
    }
    _, vm, _ = interpret(write(tmp_path, files))
    assert all(module.state == "lazy" for module in vm.program.files.values())


def test_nothing_is_believed_of_a_module_whose_replacement_fails(tmp_path: Path) -> None:
    files = {
        "mine.py": "import sys\nimport nobody_has_this\nsys.modules[__name__] = nobody_has_this.Mine(1)[2]()\n",
        "other.py": "import sys\nsys.modules[__name__] = {}['nothing']\n",
        "main.py": "import types\nimport mine, other\nresult = [type(it) is types.ModuleType for it in (mine, other)]",
    }
    names, _, _ = interpret(write(tmp_path, files))
    assert all(isinstance(answer, Unknown) for answer in names["result"])
