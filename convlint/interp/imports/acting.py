"""Which modules of a project act when they run, by themselves or through what they import."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from convlint.interp.imports.effects import Source, Summary, beginning, summarise
from convlint.interp.values.modules import PyModule
from convlint.source import disk

if TYPE_CHECKING:
    from convlint.interp.imports.program import Program


class Effects:
    """The effects of a program's modules, each source read once."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._summaries: dict[str, Summary] = {}

    def acts(self, module: PyModule) -> bool:
        """Whether it can be seen from outside that a module runs, or one that it imports."""
        return disk.now().once((self, "acts", module.filename), lambda: self._acts(module))

    def _acts(self, module: PyModule) -> bool:
        every = self._closure(module)
        return any(self._acts_itself(one, every) for one in every)

    def is_circular(self, module: PyModule) -> bool:
        """Whether modules that an import leads to import each other."""
        imports = disk.now().once((self, "imports", module.filename), lambda: self._import_graph(module))
        imports = dict(imports)
        while leaves := [name for name, targets in imports.items() if not any(target in imports for target in targets)]:
            for name in leaves:
                del imports[name]
        return bool(imports)

    def _import_graph(self, module: PyModule) -> dict[str, set[str]]:
        return {one.filename: self._imports(one) for one in self._closure(module)}

    def _imports(self, module: PyModule) -> set[str]:
        return {target.filename for target in self._targets(module) if target is not module}

    def _targets(self, module: PyModule) -> tuple[PyModule, ...]:
        """The modules of the project that a module imports, found once: all modules around it ask for them."""
        return disk.now().once((self, "targets", module.filename), lambda: self._looked_up(module))

    def _looked_up(self, module: PyModule) -> tuple[PyModule, ...]:
        targets = (self._own(source, module) for source in self.summary(module).imports)
        return tuple(dict.fromkeys(target for target in targets if target is not None))

    def begins_with(self, main: PyModule, filename: str) -> bool:
        """Whether the imports at the beginning of a file lead to a module, by way of others perhaps."""
        waiting = deque((source, main) for source in beginning(self._program.body(main.filename).body))
        seen: set[str] = set()
        while waiting:
            source, importer = waiting.popleft()
            target = self._program.lookup(*source, importer)
            while target is not None and target.filename and not target.hidden and target.filename not in seen:
                if target.filename == filename:
                    return True
                seen.add(target.filename)
                waiting.extend((inner, target) for inner in self.summary(target).imports)
                target = self._program.package_of(target)
        return False

    def summary(self, module: PyModule) -> Summary:
        """Return what the source of a module tells; one that cannot be read does nothing."""
        if module.filename not in self._summaries:
            try:
                text = self._program.body(module.filename)
                self._summaries[module.filename] = text.once("summary", lambda: summarise(text.body))
            except (OSError, ValueError):
                self._summaries[module.filename] = Summary()
        return self._summaries[module.filename]

    def _closure(self, module: PyModule) -> list[PyModule]:
        """The module and all of the project that its import leads to."""
        found = {module.filename: module}
        waiting = [module]
        while waiting:
            one = waiting.pop()
            for target in (self._program.package_of(one), *self._targets(one)):
                if target is not None and target.filename not in found:
                    found[target.filename] = target
                    waiting.append(target)
        return list(found.values())

    def _own(self, source: Source, importer: PyModule) -> PyModule | None:
        """The module of the project that an import names."""
        module = self._program.lookup(*source, importer)
        if module is None or not module.filename or module.hidden or self._program.is_packaged(module):
            return None
        return module

    def _acts_itself(self, module: PyModule, every: list[PyModule]) -> bool:
        summary = self.summary(module)
        if summary.acts or any(self._own(source, module) is not None for source in summary.calls):
            return True
        return summary.derives and any(self.summary(other).hooks for other in every)
