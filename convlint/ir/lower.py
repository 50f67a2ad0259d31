"""Lowering of a LibCST module to the intermediate form, in one walk that also finds the spans."""

from __future__ import annotations

import libcst as cst

from convlint.ir import displays, expressions, nodes, patterns, statements  # each registers its handlers
from convlint.ir.blocks import block, pass_semicolon
from convlint.ir.cursor import Cursor, LostPlaceError
from convlint.ir.dispatch import NotLoweredError
from convlint.ir.literals import BadLiteralError
from convlint.source.text import SourceError, SourceText

_FAMILIES = (displays, expressions, patterns, statements)


def lower(tree: cst.Module, text: SourceText) -> nodes.Module:
    """Lower a tree that was parsed from `text`.

    Spans are those of LibCST's PositionProvider, except for functions and classes, whose span is their header.
    Raises SourceError for what cannot be lowered: a number or an escape that Python refuses, syntax that is newer
    than this version of convlint, or nesting that exceeds the recursion limit.
    """
    cursor = Cursor(text)
    try:
        body = block(cursor, tree.body)
        pass_semicolon(cursor)
        if cursor.skip() < len(text.text):
            raise LostPlaceError(f"the tree ends at offset {cursor.pos}, the text at {len(text.text)}")
    except BadLiteralError as error:
        raise SourceError(error.message, *text.position(error.offset)) from None
    except (NotLoweredError, LostPlaceError) as error:
        raise SourceError(f"cannot be analysed: {error}", *text.position(min(cursor.pos, len(text.text)))) from None
    except RecursionError:
        raise SourceError("too deeply nested to parse safely") from None
    cursor.pos = len(text.text)
    return nodes.Module(cursor.span(0), body)
