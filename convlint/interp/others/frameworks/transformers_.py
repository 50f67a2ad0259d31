"""Hugging Face's `Trainer` and its arguments. Models, and all else of transformers, are read from its source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import native, written
from convlint.interp.values.unknown import Harmless, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

NAMES = {
    "trainer": "Trainer",
    "trainer_seq2seq": "Seq2SeqTrainer",
    "training_args": "TrainingArguments",
    "training_args_seq2seq": "Seq2SeqTrainingArguments",
}
for _module, _names in NAMES.items():
    written("hf_trainer.py", f"transformers.{_module}", _names)
written("hf_trainer.py", "transformers", f"{' '.join(NAMES.values())} default_data_collator DefaultDataCollator")


@native("transformers.trainer._open")
def _open(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Harmless(f"`{args[0]}` of a trainer")


@native("transformers.trainer._is_open")
def _is_open(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return isinstance(args[0], Unknown) or vm.taint_of(args[0]) is not None
