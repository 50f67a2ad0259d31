"""The settings of a run: what can be said (`settings`), in which file (`files`), and with what meaning.

`counts` reads numbers such as "5M", `places` finds the row that says something, `environment` finds the packages of the
project, `schema` describes the files for editors. Nothing here runs a rule or reads a model.
"""

from __future__ import annotations

from convlint.config.counts import parse_count
from convlint.config.files import discover, load
from convlint.config.settings import Budgets, Config, ModelSettings

__all__ = ["Budgets", "Config", "ModelSettings", "discover", "load", "parse_count"]
