"""Hugging Face's `Trainer` and its arguments. Models, and all else of transformers, are read from its source."""

from __future__ import annotations

from convlint.interp.natives.registry import native, written
from convlint.interp.others.opened import harmless, is_open

NAMES = {
    "trainer": "Trainer",
    "trainer_seq2seq": "Seq2SeqTrainer",
    "training_args": "TrainingArguments",
    "training_args_seq2seq": "Seq2SeqTrainingArguments",
}
for _module, _names in NAMES.items():
    written("hf_trainer.py", f"transformers.{_module}", _names)
written("hf_trainer.py", "transformers", f"{' '.join(NAMES.values())} default_data_collator DefaultDataCollator")
harmless("transformers.trainer._open", "a trainer")
native("transformers.trainer._is_open")(is_open)
