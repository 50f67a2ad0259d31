"""Makes one program of a module: the definitions that a model needs, and the lines that build and call it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

Definition = ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign


def extracted(source: str, package: str, driver: str) -> str:
    """Return the program; `package` is what the module's relative imports start from, as in `torchvision.models`.

    What the driver does not reach is left out, as are the registers of packages, in which the names stand already.
    """
    tree = ast.parse(source)
    end = ast.parse(driver)
    needed = _reached([*_kept(tree), *end.body], list(_definitions(tree)))
    body: list[ast.stmt] = []
    for statement in tree.body:
        if isinstance(statement, Definition):
            if statement in needed:
                body.append(_unregistered(statement))
        elif statement in _kept(tree):
            body.append(_absolute(statement, package))
    future = [it for it in body if isinstance(it, ast.ImportFrom) and it.module == "__future__"]
    rest = [it for it in body if it not in future]
    module = ast.Module([*future, *ast.parse("import torch").body, *rest, *end.body], [])
    text = ast.unparse(ast.fix_missing_locations(module))
    return text.encode("ascii", "replace").decode() + "\n"


def _kept(tree: ast.Module) -> list[ast.stmt]:
    """Return the statements that stay whatever the model needs; not the part of a script that runs it."""
    return [
        it
        for it in tree.body
        if not isinstance(it, Definition) and not _is_main(it) and not _is_text(it) and not _registers(it)
    ]


def _registers(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and ast.unparse(statement).startswith("register")


def _is_main(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and "__main__" in ast.unparse(statement.test)


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _definitions(tree: ast.Module) -> Iterator[tuple[str, Definition]]:
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            yield statement.name, statement
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            for node in (node for target in targets for node in ast.walk(target)):
                if isinstance(node, ast.Name) and node.id != "__all__":
                    yield node.id, statement


def _reached(roots: list[ast.stmt], definitions: list[tuple[str, Definition]]) -> set[ast.stmt]:
    waiting, seen, reached = list(roots), set[str](), set[ast.stmt]()
    while waiting:
        names = {node.id for node in ast.walk(waiting.pop()) if isinstance(node, ast.Name)} - seen
        seen |= names
        for name, definition in definitions:
            if name in names and definition not in reached:
                reached.add(definition)
                waiting.append(definition)
    return reached


def _unregistered(statement: ast.stmt) -> ast.stmt:
    if isinstance(statement, ast.FunctionDef):
        statement.decorator_list = [it for it in statement.decorator_list if "register" not in ast.unparse(it)]
    for node in ast.walk(statement):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and len(node.body) > 1 and _is_text(node.body[0]):
            del node.body[0]
    return statement


def _absolute(statement: ast.stmt, package: str) -> ast.stmt:
    for node in ast.walk(statement):
        if isinstance(node, ast.ImportFrom) and node.level:
            parents = package.split(".")
            parents = parents[: len(parents) - node.level + 1]
            node.module, node.level = ".".join([*parents, *([node.module] if node.module else [])]), 0
    return statement
