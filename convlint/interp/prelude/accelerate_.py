# mypy: ignore-errors
"""Accelerate as convlint interprets it: one process, in which what is prepared stays what it is.

This file is read as text and interpreted; convlint never imports it.
"""

from contextlib import nullcontext

from accelerate.accelerator import _device, _open


class Accelerator:
    is_main_process = is_local_main_process = True

    def __init__(self, *args, **options):
        self.device = _device()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _open(name)

    def prepare(self, *objects, device_placement=None):
        return objects[0] if len(objects) == 1 else objects

    def prepare_model(self, model, *args, **options):
        return model

    def prepare_data_loader(self, data_loader, *args, **options):
        return data_loader

    def prepare_optimizer(self, optimizer, *args, **options):
        return optimizer

    def prepare_scheduler(self, scheduler):
        return scheduler

    def unwrap_model(self, model, *args, **options):
        return model

    def backward(self, loss, **options):
        loss.backward(**options)

    def gather(self, tensor):
        return tensor

    gather_for_metrics = gather

    def reduce(self, tensor, *args, **options):
        return tensor

    def accumulate(self, *models):
        return nullcontext()

    def autocast(self, *args, **options):
        return nullcontext()

    def no_sync(self, model):
        return nullcontext()

    def main_process_first(self):
        return nullcontext()

    local_main_process_first = profile = join_uneven_inputs = main_process_first

    def on_main_process(self, function):
        return function

    on_local_main_process = on_last_process = on_main_process

    def get_state_dict(self, model, unwrap=True):
        return model.state_dict()

    def clip_grad_norm_(self, parameters, max_norm, norm_type=2):
        return _open("clip_grad_norm_")

    def _nothing(self, *args, **options):
        return None

    wait_for_everyone = print = log = init_trackers = end_training = save = save_state = save_model = _nothing
    load_state = register_for_checkpointing = clip_grad_value_ = set_trigger = clear = _nothing

    def free_memory(self, *objects):
        return [None for _ in objects]
