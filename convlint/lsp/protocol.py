"""pygls' protocol without its own copy of the documents, whose lines it splits wrongly: convlint keeps them.

What pygls 2.1 leaves unanswered is answered here: requests before the connection begins, after it has ended, and with
parameters that are none.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInvalidRequest,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import LanguageServerProtocol, lsp_method


class Protocol(LanguageServerProtocol):
    """Passes what happens to documents on to the handlers of the server, and does nothing else with it."""

    _begun = False
    exited = False
    """Whether the client has told the process to end."""

    @property
    def has_ended(self) -> bool:
        """Whether the client has asked for the end."""
        return self._shutdown

    def structure_message(self, data: Mapping[str, Any]) -> Any:
        try:
            return super().structure_message(dict(data))
        except JsonRpcException as error:
            self._refuse(data.get("id") if "method" in data else None, error)
            raise

    def handle_message(self, message: Any) -> None:
        method = getattr(message, "method", None)
        if method == types.EXIT or method is None:
            self.exited = method == types.EXIT
            super().handle_message(message)
            return
        if self._shutdown:
            self._refuse(getattr(message, "id", None), JsonRpcInvalidRequest("the server has been shut down"))
        elif not self._begun and method != types.INITIALIZE:
            self._refuse(getattr(message, "id", None), JsonRpcServerNotInitialized("`initialize` comes first"))
        elif self._begun and method == types.INITIALIZE:
            self._refuse(getattr(message, "id", None), JsonRpcInvalidRequest("the server is initialized already"))
        else:
            self._begun = True
            super().handle_message(message)

    def _execute_handler(self, msg_id: int | str, *given: Any, **named: Any) -> None:
        """Run a handler, and let go of what it was waited for by: pygls keeps that of every notification."""
        super()._execute_handler(msg_id, *given, **named)
        future = self._request_futures.get(msg_id)
        if future is not None:
            future.add_done_callback(lambda _: self._request_futures.pop(msg_id, None))

    def _refuse(self, number: int | str | None, error: JsonRpcException) -> None:
        """Answer a request with an error; notifications, which have no number, are not answered."""
        if number is not None:
            self._send_response(number, error=error.to_response_error())

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: Any) -> Generator[Any, Any, None]:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: Any) -> Generator[Any, Any, None]:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: Any) -> Generator[Any, Any, None]:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE], (params,), None

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def lsp_notebook_document__did_open(self, params: Any) -> Generator[Any, Any, None]:
        yield self.fm.features[types.NOTEBOOK_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def lsp_notebook_document__did_change(self, params: Any) -> Generator[Any, Any, None]:
        yield self.fm.features[types.NOTEBOOK_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def lsp_notebook_document__did_close(self, params: Any) -> Generator[Any, Any, None]:
        yield self.fm.features[types.NOTEBOOK_DOCUMENT_DID_CLOSE], (params,), None
