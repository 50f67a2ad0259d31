"""The front doors of libraries, as functions that the scoreboard can name: it gives them plain values only.

Each file is read by convlint like any program, from this folder as search path, and imported where truth is recorded.
A `.jsonl` lists what is asked of a door, for `zoo.py record --targets`; one without a file beside it asks a library's
own functions (`timm.create_model`, `torchvision.models.get_model`, `segmentation_models_pytorch.create_model`).
What torch showed of them is kept in `truth`, where it is small: of all models of transformers and of strangers, of some
of timm.
"""
