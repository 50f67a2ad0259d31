"""`contextvars`: variables of the one context that a program is followed in."""

from __future__ import annotations

from convlint.interp.natives.registry import written

written("contextvars_.py", "contextvars", "ContextVar Token")
