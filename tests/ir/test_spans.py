"""The spans of the intermediate form are those of LibCST's PositionProvider, over real files and odd layouts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from convlint.ir import nodes
from convlint.ir.load import lower_text
from convlint.source.text import SourceError, SourceText, decode
from tests.depth import some
from tests.ir.corpus import corpus

# IR node -> LibCST node: every node of the one kind must have the span of a node of the other, and the reverse
SAME = {
    "Call": ("Call",),
    "Attribute": ("Attribute",),
    "Subscript": ("Subscript",),
    "BinOp": ("BinaryOperation",),
    "UnaryOp": ("UnaryOperation",),
    "Compare": ("Comparison",),
    "IfExp": ("IfExp",),
    "List": ("List",),
    "Set": ("Set",),
    "Dict": ("Dict",),
    "ListComp": ("ListComp",),
    "SetComp": ("SetComp",),
    "DictComp": ("DictComp",),
    "GeneratorExp": ("GeneratorExp",),
    "FormattedValue": ("FormattedStringExpression",),
    "Lambda": ("Lambda",),
    "NamedExpr": ("NamedExpr",),
    "Await": ("Await",),
    "Parameter": ("Param",),
    "ExprStmt": ("Expr",),
    "Assign": ("Assign",),
    "AugAssign": ("AugAssign",),
    "AnnAssign": ("AnnAssign",),
    "Return": ("Return",),
    "Raise": ("Raise",),
    "Assert": ("Assert",),
    "Delete": ("Del",),
    "Pass": ("Pass",),
    "Break": ("Break",),
    "Continue": ("Continue",),
    "If": ("If",),
    "For": ("For",),
    "While": ("While",),
    "Try": ("Try", "TryStar"),
    "ExceptHandler": ("ExceptHandler", "ExceptStarHandler"),
    "With": ("With",),
    "WithItem": ("WithItem",),
    "Import": ("Import",),
    "ImportFrom": ("ImportFrom",),
    "Alias": ("ImportAlias", "ImportStar"),
    "Global": ("Global",),
    "Nonlocal": ("Nonlocal",),
    "Match": ("Match",),
    "MatchCase": ("MatchCase",),
    "MatchClass": ("MatchClass",),
    "MatchMapping": ("MatchMapping",),
    "MatchOr": ("MatchOr",),
    "MatchAs": ("MatchAs",),
    "TypeAlias": ("TypeAlias",),
    "FunctionDef": ("FunctionDef",),
    "ClassDef": ("ClassDef",),
}
# of functions and classes the intermediate form keeps the header only
START_ONLY = {"FunctionDef", "ClassDef"}
# names and literals stand in more places in LibCST's tree than in ours
INCLUDED = {
    "Name": ("Name",),
    "Constant": ("Name", "Integer", "Float", "Imaginary", "SimpleString", "ConcatenatedString", "Ellipsis",
                 "FormattedStringText"),
    "JoinedStr": ("FormattedString", "ConcatenatedString"),
    "BoolOp": ("BooleanOperation",),
    "Keyword": ("Arg",),
    "Starred": ("StarredElement", "Arg", "Index"),
    "Tuple": ("Tuple",),
}  # fmt: skip


def walk(node: nodes.Node) -> Iterator[nodes.Node]:
    """Yield a node and all below it, but for those that no one node of LibCST's stands for.

    These are the tuple of a subscript's several indices, a format specification, and text in an f-string, which may
    be joined from several literals.
    """
    todo: list[object] = [node]
    while todo:
        item = todo.pop()
        if isinstance(item, nodes.Node):
            yield item
            below = [getattr(item, field) for field in item.__struct_fields__ if field != "span"]
            if isinstance(item, nodes.Subscript) and isinstance(item.slice, nodes.Tuple):
                below = [item.value, item.slice.elts]
            elif isinstance(item, nodes.FormattedValue) and item.format_spec is not None:
                below = [item.value, *_formatted(item.format_spec)]
            elif isinstance(item, nodes.JoinedStr):
                below = [*_formatted(item)]
            todo.extend(below)
        elif isinstance(item, tuple):
            todo.extend(item)


def _formatted(node: nodes.JoinedStr) -> Iterator[nodes.Expr]:
    return (value for value in node.values if not isinstance(value, nodes.Constant))


class _Positions(cst.CSTVisitor):
    """The spans of a tree by node class, without the dotted names of imports, which are text for us."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.spans: dict[str, Counter[tuple[int, ...]]] = {}
        self._imports = 0

    def on_visit(self, node: cst.CSTNode) -> bool:
        kind = type(node).__name__
        inside = self._imports and kind == "Attribute"
        self._imports += kind in ("ImportAlias", "ImportFrom", "TypeParameters")
        if not inside:
            place = self.get_metadata(PositionProvider, node, None)
            if place is not None:
                span = (place.start.line, place.start.column, place.end.line, place.end.column)
                self.spans.setdefault(kind, Counter())[span] += 1
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        self._imports -= type(original_node).__name__ in ("ImportAlias", "ImportFrom", "TypeParameters")


def differences(source: SourceText) -> list[str]:
    """Compare all spans of one text."""
    visitor = _Positions()
    MetadataWrapper(cst.parse_module(source.text), unsafe_skip_copy=True).visit(visitor)
    ours: dict[str, Counter[tuple[int, ...]]] = {}
    for node in walk(lower_text(source)):
        ours.setdefault(type(node).__name__, Counter())[node.span] += 1
    wrong = []
    for kind, classes in SAME.items():
        theirs: Counter[tuple[int, ...]] = sum((visitor.spans.get(name, Counter()) for name in classes), Counter())
        mine = ours.get(kind, Counter())
        if kind in START_ONLY:
            theirs, mine = (Counter(dict.fromkeys((s[:2] for s in spans), 1)) for spans in (theirs, mine))
        if mine != theirs:
            wrong.append(f"{kind}: only ours {list(mine - theirs)[:3]}, only theirs {list(theirs - mine)[:3]}")
    for kind, classes in INCLUDED.items():
        known = set().union(*(visitor.spans.get(name, ()) for name in classes))
        extra = [span for span in ours.get(kind, ()) if span not in known]
        if extra:
            wrong.append(f"{kind}: only ours {extra[:3]}")
    return wrong


def test_spans_of_real_files_are_those_of_position_provider() -> None:
    checked = 0
    for path in corpus(some(170)):
        source = decode(path.read_bytes())
        try:
            wrong = differences(source)
        except (cst.ParserSyntaxError, SourceError):
            continue
        assert not wrong, f"{path}: {wrong}"
        checked += 1
    assert checked >= some(150)


LAYOUTS = [
    "x = (  # comment\n    a\n    + (b) # more\n    * c\n)  ; y = 2 ;\n",
    "f ( a ,\\\n  b = 1 , * c , ** d , ) . e [ 1 : 2 , : : 3 ]\n",
    "if  a :  b ; c ;\n\nelif (d):\n    # comment\n    e ;\nelse :\n    f\n# end\n",
    "\n\n# only comments\n",
    "",
    "\f\nx = 1\n\f\ndef f(a, *b, c = 1, **d) -> e :\n\tpass\n",
    "x = '\u2028' + y ; é = ''' a\n b ''' 'c' \\\n 'd'; z\n",
    "@ a . b\n# comment\n@c\nasync  def f ( ) :\n  async with a as b , c : pass\n  async for d in e : pass\n",
    "class A ( B , metaclass = C ) : x = 1\nclass D : pass\n",
    "a , = b ; c = 1 , 2 , ; ( d , ) = e ; [ f ] = g\n",
    "for x , in y : pass\nfor ( a , b ) in c , d : pass\n",
    "x = f' {a!r:>{w}} {{ {b } ' f\"{ c = }\" 'd'\n",
    "try :\n  a\nexcept ( A , B ) as c :\n  d\nfinally :\n  e ; \nx\n",
    "try:\n  a\nexcept * A as b:\n  c\n",
    "match ( a ) :\n  case [ 1 , * b ] | ( c ) as d if e :\n    f\n",
    "match a :\n  case K ( 1 , k = 2 , ) : g ;\n  case { 'a' : _ , ** r , } : h\n",
    "from . a . b import ( c as d ,  # comment\n  e , )\nimport f . g as h , i\nfrom ... import *\n",
    "x = [ a for b in c if d for e in f ] , { ** g , h : i } , { j , * k } , lambda : 0 , lambda a , * b : c\n",
    "def f[T: int, *U](a: T) -> T: return a\ntype X[T] = list[T]\n",
    "x = not a , - b , a is not b , c not in d , e if f else g , ( yield ) , ( h := 1 )\n",
    "x = a\r\nif b :\r\n    c = ( 1 ,\r\n  2 )\r\n",
    "x = a\rif b :\r    c = ( 1 ,\r  2 )\r",
    "del a , ( b ) ; del ( c , d ) ; assert a , b ; raise a from b ; global e , f\n",
    "with ( a as b , c as d , ) : pass\nwith ( a ) as b : pass\n",
    "x = 1 if a else \\\n 2\n  # odd comment\n",
    "x",
]


@pytest.mark.parametrize("text", LAYOUTS)
def test_spans_of_odd_layouts_are_those_of_position_provider(text: str) -> None:
    assert differences(decode(text.encode())) == []


def test_spans_count_characters_and_no_byte_order_mark() -> None:
    module = lower_text(decode("\ufeffé = '😀' + naïve\n".encode()))
    (assign,) = module.body
    assert assign.span == (1, 0, 1, 15)
    assert isinstance(assign, nodes.Assign)
    assert isinstance(assign.value, nodes.BinOp)
    assert assign.value.right.span == (1, 10, 1, 15)


def test_the_span_of_a_definition_is_its_header() -> None:
    text = "@deco\nclass A(\n    B,\n): # comment\n    def f(self): return 1\n    async def g(\n        self): pass\n"
    (cls,) = lower_text(SourceText(text)).body
    assert isinstance(cls, nodes.ClassDef)
    assert cls.span == (2, 0, 4, 2)
    assert [item.span for item in cls.body] == [(5, 4, 5, 16), (6, 4, 7, 14)]
