"""What people call a module that a model took out of another one: `9` of a `Sequential` is the `fc` of a `ResNet`."""

from __future__ import annotations

from collections.abc import Mapping

from convlint.interp.values.classes import ClassValue, ModuleInstance
from convlint.places import is_installed


def other_names(modules: Mapping[str, ModuleInstance]) -> dict[str, str]:
    """Return, for modules by their path, parents first, the names of those that first belonged to another class than
    those that they are in: "`layer1.0.conv1` of torchvision's `ResNet`"."""
    found: dict[str, tuple[ClassValue, str]] = {}
    for path, module in modules.items():
        above, _, name = path.rpartition(".")
        if not path or above not in modules:
            continue
        if above in found:
            owner, known = found[above]
            found[path] = owner, f"{known}.{name}"
        elif module.home is not None and module.home != (modules[above].cls, name) and _is_foreign(path, modules):
            found[path] = module.home
    return {
        path: f"`{known}` of {_whose(owner)}`{owner.name}`" for path, (owner, known) in found.items() if known != path
    }


def _is_foreign(path: str, modules: Mapping[str, ModuleInstance]) -> bool:
    """Tell whether none of the modules around one is of the class that first held it."""
    home = modules[path].home
    around = [modules.get(".".join(path.split(".")[:length])) for length in range(path.count(".") + 1)]
    around.append(modules.get(""))
    return home is not None and all(it is None or it.cls is not home[0] for it in around)


def _whose(owner: ClassValue) -> str:
    if owner.place is None or not is_installed(owner.place):
        return ""
    return f"{owner.qualname.partition('.')[0]}'s "
