"""Emacs in batch mode, set up as the guide says: eglot with Flymake, and lsp-mode."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.editors.guide import block
from tests.editors.programs import MODEL, program, run

pytestmark = pytest.mark.sampled

EGLOT = """
(require 'cl-lib)
(require 'json)
(require 'eglot)
(require 'flymake)
(setq eglot-sync-connect 120 eglot-connect-timeout 120 eglot-autoshutdown nil make-backup-files nil)

(defvar told nil)
(defun note (name value) (push (cons name value) told))
(defun wait (what holds)
  "Let the server talk until something holds."
  (let ((end (+ (float-time) 120)))
    (while (not (funcall holds))
      (when (> (float-time) end) (error "In vain: %s" what))
      (flymake-start)
      (accept-process-output nil 0.2))))
(defun finds () (wait "a finding" #'flymake-diagnostics))
(defun clean () (wait "no finding" (lambda () (null (flymake-diagnostics)))))
(defun rewrite (before after)
  (goto-char (point-min))
  (search-forward before)
  (replace-match after t t)
  (save-buffer))

(find-file "model.py")
(python-mode)
(call-interactively #'eglot)
(flymake-mode 1)
(finds)
(let ((found (car (flymake-diagnostics))))
  (note "findings" (length (flymake-diagnostics)))
  (note "row" (line-number-at-pos (flymake-diagnostic-beg found)))
  (note "text" (flymake-diagnostic-text found))
  (note "marked" (buffer-substring (flymake-diagnostic-beg found) (flymake-diagnostic-end found))))

(goto-char (point-min))
(search-forward "return self.co")
(let (hover)
  (eglot-hover-eldoc-function (lambda (text &rest _) (setq hover (format "%s" text))))
  (wait "a hover" (lambda () hover))
  (note "hover" (substring-no-properties hover)))

(rewrite "8, 3)" "8, 3, padding=1)")
(clean)
(rewrite "8, 3, padding=1)" "8, 3)")
(finds)

(let* ((found (car (flymake-diagnostics))) (first (flymake-diagnostic-beg found)) (end (flymake-diagnostic-end found)))
  (cl-letf (((symbol-function 'completing-read)
             (lambda (_prompt offered &rest _)
               (let ((titles (all-completions "" offered)))
                 (note "offered" (vconcat titles))
                 (cl-find-if (lambda (title) (string-match-p "padding=1" title)) titles)))))
    (goto-char first)
    (let ((last-nonmenu-event ?a)) ; the keyboard, not the mouse
      (eglot-code-actions first end "quickfix" t))))
(wait "a fix" (lambda () (string-match-p "nn.Conv2d(3, 8, 3, padding=1)" (buffer-string))))
(save-buffer)
(clean)
(rewrite "8, 3, padding=1)" "8, 3)")
(finds)

(eglot-reconnect (eglot-current-server))
(wait "a server" #'eglot-current-server)
(finds)

(princ (format "RESULT %s\\n" (json-encode told)))
(ignore-errors (eglot-shutdown (eglot-current-server)))
(kill-emacs 0)
"""

LSP_MODE = """
(require 'lsp-mode)
(require 'json)
(setq lsp-auto-guess-root t lsp-keep-workspace-alive nil lsp-enable-suggest-server-download nil
      lsp-warn-no-matched-clients nil lsp-session-file (expand-file-name "session") make-backup-files nil
      lsp-diagnostics-provider :none lsp-restart 'ignore)
(defvar told nil)
(defun note (name value) (push (cons name value) told))
(defun findings () (gethash (buffer-file-name) (lsp-diagnostics t)))
(defun wait (what holds)
  (let ((end (+ (float-time) 120)))
    (while (not (funcall holds))
      (when (> (float-time) end) (error "In vain: %s" what))
      (accept-process-output nil 0.2))))
(defun finds () (wait "a finding" #'findings))
(defun clean () (wait "no finding" (lambda () (null (findings)))))

(find-file "model.py")
(lsp-workspace-folders-add default-directory)
(lsp)
(finds)
(note "findings" (length (findings)))
(note "code" (lsp:diagnostic-code? (car (findings))))
(goto-char (point-min))
(search-forward "return self.co")
(note "hover" (lsp:markup-content-value
  (lsp:hover-contents (lsp-request "textDocument/hover" (lsp--text-document-position-params)))))
(goto-char (point-min))
(search-forward "nn.Conv2d")
(lsp-execute-code-action
 (seq-find (lambda (it) (string-match-p "padding=1" (lsp:code-action-title it))) (lsp-code-actions-at-point)))
(note "text" (buffer-string))
(clean)
(undo-boundary)
(goto-char (point-min))
(search-forward ", padding=1")
(replace-match "" t t)
(finds)
(call-interactively #'lsp-workspace-restart)
(finds)
(princ (format "RESULT %s\\n" (json-encode told)))
(kill-emacs 0)
"""


def driven(folder, feature: str, init: str, script: str, model: str = MODEL) -> dict[str, object]:
    """Run a script in an Emacs that has a package, with what the guide says in its init file; return what it tells."""
    emacs = program("emacs")
    loads = [emacs, "-q", "--batch", "-f", "package-initialize", "-l", feature]
    if subprocess.run(loads, capture_output=True).returncode:
        pytest.skip(f"NOT TESTED: this Emacs has no {feature}")
    (folder / "model.py").write_text(model)
    (folder / "init.el").write_text(init)
    (folder / "drive.el").write_text(script)
    start = [emacs, "-q", "--batch", "-f", "package-initialize", "-l", "init.el", "-l", "drive.el"]
    said = run(start, folder, LANG="C.UTF-8")
    told: dict[str, object] = json.loads(said.partition("RESULT ")[2].splitlines()[0])
    return told


def test_in_emacs_with_eglot(tmp_path):
    told = driven(tmp_path, "eglot", block("Emacs", "elisp", 0), EGLOT)
    assert (told["findings"], told["row"], told["marked"]) == (1, 7, "nn.Conv2d(3, 8, 3)")
    assert "shrinks the map" in told["text"]
    assert "Conv2d" in told["hover"]
    assert any("ignore CVL102" in offer for offer in told["offered"])


def test_in_emacs_with_lsp_mode(tmp_path):
    model = MODEL.replace("😋", ":)")  # lsp-mode 8 takes columns for characters, whatever they are in UTF-16
    told = driven(tmp_path, "lsp-mode", block("Emacs", "elisp", 1), LSP_MODE, model)
    assert (told["findings"], told["code"]) == (1, "CVL102")
    assert "Conv2d" in told["hover"]
    assert "nn.Conv2d(3, 8, 3, padding=1)" in told["text"]
