"""Two versions side by side: which models came, went and changed, and which findings did."""

from __future__ import annotations

from msgspec import Struct

from convlint.differences.models import Model, State
from convlint.findings import Finding


class Change(Struct, frozen=True):
    """One model before and after, None where it is not there."""

    before: Model | None
    after: Model | None

    @property
    def path(self) -> str:
        return self._either.path

    @property
    def name(self) -> str:
        return self._either.name

    @property
    def _either(self) -> Model:
        model = self.after or self.before
        assert model is not None
        return model

    def rows(self) -> tuple[tuple[str, str, str], ...]:
        """Return each fact as (label, before, after), "–" where the model is not there."""
        before = dict(self.before.facts) if self.before is not None else {}
        after = dict(self.after.facts) if self.after is not None else {}
        labels = dict.fromkeys((*before, *after))
        return tuple((label, before.get(label, "–"), after.get(label, "–")) for label in labels)


class Difference(Struct, frozen=True):
    """What changed between two versions, which are named; `unchanged` counts the models that did not."""

    before: str
    after: str
    changes: tuple[Change, ...]
    unchanged: int
    new: tuple[Finding, ...]
    gone: tuple[Finding, ...]


def compare(before: tuple[str, State], after: tuple[str, State]) -> Difference:
    """Return what changed from one version to the other, each with its name."""
    (old_name, old), (new_name, new) = before, after
    old_models = {(model.path, model.name): model for model in old.models}
    new_models = {(model.path, model.name): model for model in new.models}
    changes = [Change(old_models.get(key), new_models.get(key)) for key in sorted({*old_models, *new_models})]
    changed = tuple(change for change in changes if change.before != change.after)
    known, told = {identity for identity, _ in old.findings}, {identity for identity, _ in new.findings}
    return Difference(
        old_name,
        new_name,
        changed,
        len(changes) - len(changed),
        tuple(finding for identity, finding in new.findings if identity not in known),
        tuple(finding for identity, finding in old.findings if identity not in told),
    )
