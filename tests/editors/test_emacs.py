"""Emacs in batch mode: eglot starts the server as the guide says, and Flymake holds what it finds."""

from __future__ import annotations

import subprocess

import pytest

from tests.editors.programs import MODEL, program, run

pytestmark = pytest.mark.sampled

SCRIPT = """
(package-initialize)
(require 'eglot)
(require 'flymake)
(add-to-list 'eglot-server-programs '(python-mode . ("convlint" "server")))
(setq eglot-sync-connect 60 eglot-autoshutdown nil)
(find-file "model.py")
(python-mode)
(call-interactively #'eglot)
(flymake-mode 1)
(let ((deadline (+ (float-time) 120)))
  (while (and (null (flymake-diagnostics)) (< (float-time) deadline))
    (flymake-start)
    (accept-process-output nil 0.2)))
(dolist (found (flymake-diagnostics))
  (let ((row (line-number-at-pos (flymake-diagnostic-beg found))))
    (princ (format "RESULT %s %s\\n" row (flymake-diagnostic-text found)))))
(goto-char (point-min))
(search-forward "return self.co")
(let* ((answer (jsonrpc-request (eglot-current-server) :textDocument/hover (eglot--TextDocumentPositionParams))))
  (princ (format "HOVER %S\\n" (plist-get answer :contents))))
(ignore-errors (eglot-shutdown (eglot-current-server)))
(kill-emacs 0)
"""


def test_emacs_shows_findings(tmp_path):
    emacs = program("emacs")
    loaded = subprocess.run([emacs, "-q", "--batch", "-f", "package-initialize", "-l", "eglot"], capture_output=True)
    if loaded.returncode:
        pytest.skip("this Emacs has no eglot")
    (tmp_path / "model.py").write_text(MODEL)
    (tmp_path / "drive.el").write_text(SCRIPT)
    said = run([emacs, "-q", "--batch", "-l", "drive.el"], tmp_path, LANG="C.UTF-8")
    results = [line for line in said.splitlines() if line.startswith("RESULT ")]
    assert len(results) == 1, said
    assert results[0].startswith("RESULT 7 ")
    assert "CVL102" in results[0] or "shrinks the map" in results[0]
    assert "Conv2d" in said.partition("HOVER ")[2]
