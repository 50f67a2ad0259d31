# mypy: ignore-errors
"""Ignite's engine as convlint interprets it: its step on each batch, and the handlers of what happens.

This file is read as text and interpreted; convlint never imports it.
"""

from ignite import _open


class _Event:
    def __init__(self, name, is_sure=True):
        self.name = name
        self.is_sure = is_sure

    def __call__(self, event_filter=None, every=None, once=None, before=None, after=None):
        """An event that happens now and then."""
        return _Event(self.name, event_filter is None and once is None and before is None and after is None)

    def __or__(self, other):
        return _Several([self, other])


class _Several:
    def __init__(self, events):
        self.events = events

    def __or__(self, other):
        return _Several([*self.events, other])


class Events:
    STARTED = _Event("STARTED")
    COMPLETED = _Event("COMPLETED")
    EPOCH_STARTED = _Event("EPOCH_STARTED")
    EPOCH_COMPLETED = _Event("EPOCH_COMPLETED")
    ITERATION_STARTED = _Event("ITERATION_STARTED")
    ITERATION_COMPLETED = _Event("ITERATION_COMPLETED")
    GET_BATCH_STARTED = _Event("GET_BATCH_STARTED")
    GET_BATCH_COMPLETED = _Event("GET_BATCH_COMPLETED")
    EXCEPTION_RAISED = _Event("EXCEPTION_RAISED")
    TERMINATE = _Event("TERMINATE")
    INTERRUPT = _Event("INTERRUPT")


class State:
    def __init__(self, **options):
        self.output = self.batch = None
        for name in options:
            setattr(self, name, options[name])

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _open(name)


class Engine:
    def __init__(self, process_function):
        self._process_function = process_function
        self._handlers = []
        self.state = State()
        self.logger = _open("a logger")

    def on(self, event_name, *args, **options):
        def decorate(function):
            self.add_event_handler(event_name, function, *args, **options)
            return function

        return decorate

    def add_event_handler(self, event_name, handler, *args, **options):
        for event in event_name.events if isinstance(event_name, _Several) else [event_name]:
            if isinstance(event, _Event) and event.is_sure:
                self._handlers.append((event.name, handler, args, options))

    def _fire(self, name):
        for event, handler, args, options in self._handlers:
            if event == name:
                _handled(handler, self, args, options)

    def run(self, data=None, max_epochs=None, epoch_length=None, seed=None):
        self.state.dataloader = data
        self.state.max_epochs = max_epochs
        self._fire("STARTED")
        self._fire("EPOCH_STARTED")
        for batch in data:
            self.state.batch = batch
            self._fire("ITERATION_STARTED")
            self.state.output = self._process_function(self, batch)
            self._fire("ITERATION_COMPLETED")
        self._fire("EPOCH_COMPLETED")
        self._fire("COMPLETED")
        return self.state

    def _nothing(self, *args, **options):
        return None

    terminate = terminate_epoch = register_events = fire_event = remove_event_handler = _nothing
    load_state_dict = interrupt = _nothing

    def state_dict(self):
        return _open("the state of an engine")

    def has_event_handler(self, *args, **options):
        return _open("whether an engine has a handler")


def _handled(handler, engine, args, options):
    """Call a handler with the engine, unless it takes no argument."""
    code = getattr(handler, "__code__", None)
    if code is not None and code.co_argcount == 0:
        return handler()
    return handler(engine, *args, **options)


def _prepared(prepare_batch, batch, device, non_blocking):
    if prepare_batch is not None:
        return prepare_batch(batch, device=device, non_blocking=non_blocking)
    x, y = batch
    return x, y


def create_supervised_trainer(
    model, optimizer, loss_fn, device=None, non_blocking=False, prepare_batch=None, output_transform=None, *args,
    model_transform=None, model_fn=None, **options,
):  # fmt: skip
    def update(engine, batch):
        model.train()
        optimizer.zero_grad()
        x, y = _prepared(prepare_batch, batch, device, non_blocking)
        output = model(x) if model_fn is None else model_fn(model, x)
        y_pred = output if model_transform is None else model_transform(output)
        loss = loss_fn(y_pred, y)
        loss.backward()
        optimizer.step()
        return loss.item() if output_transform is None else output_transform(x, y, y_pred, loss)

    return Engine(update)


def create_supervised_evaluator(
    model, metrics=None, device=None, non_blocking=False, prepare_batch=None, output_transform=None, *args,
    model_transform=None, model_fn=None, **options,
):  # fmt: skip
    def inference(engine, batch):
        model.eval()
        x, y = _prepared(prepare_batch, batch, device, non_blocking)
        output = model(x) if model_fn is None else model_fn(model, x)
        y_pred = output if model_transform is None else model_transform(output)
        return (y_pred, y) if output_transform is None else output_transform(x, y, y_pred)

    return Engine(inference)
