"""Packages that are not followed: what they do is nothing to models, and what they give is part of none."""

from __future__ import annotations

NAMES = frozenset(
    """aim bokeh clearml colorama comet_ml GPUtil IPython ipywidgets jupyter loguru matplotlib mlflow mpl_toolkits
    neptune nltk nvidia_smi onnx onnxruntime openpyxl optuna pandas plotly prettytable psutil pylab pynvml requests
    rich sacrebleu seaborn sentencepiece skimage sklearn spacy swanlab tabulate tensorboard termcolor torchmetrics
    visdom wandb xlrd""".split()  # noqa: SIM905
)
"""Top-level packages: plots, logs, tables, metrics, and what prepares data before torch sees it."""
