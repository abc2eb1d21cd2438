"""What other modules use has a docstring; ruff asks for those of modules and classes.

A function or a method that only its own module uses needs none: where its name says everything, a
docstring would say it again.
"""

import ast
from collections import defaultdict
from functools import cache

from places import PACKAGE, ROOT
from slow_cases import slow


@cache
def trees():
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): ast.parse(path.read_text("utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
        if "versions" not in path.parts
    }


def is_function(node):
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))


def uses_of(module):
    """Return the functions of others that a module names, and every attribute that it asks for."""
    named, modules, attributes = set(), {}, set()
    for node in ast.walk(trees()[module]):
        if isinstance(node, ast.ImportFrom):
            named |= {f"{node.module}.{alias.name}" for alias in node.names}
            modules |= {
                alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names
            }
        elif isinstance(node, ast.Attribute):
            attributes.add(node.attr)
            if isinstance(node.value, ast.Name) and node.value.id in modules:
                named.add(f"{modules[node.value.id]}.{node.attr}")
    return named, attributes


@slow
def test_what_other_modules_use_has_a_docstring():
    named, asked = set(), defaultdict(set)
    for module in trees():
        found, attributes = uses_of(module)
        named |= found
        for name in attributes:
            asked[name].add(module)
    public, bare = set(), []
    for module, tree in trees().items():
        functions = [(f"{module}.{node.name}", node) for node in tree.body if is_function(node)]
        methods = [
            (f"{module}.{kind.name}.{node.name}", node)
            for kind in tree.body
            if isinstance(kind, ast.ClassDef)
            for node in kind.body
            if is_function(node) and not node.name.startswith("_")
            if asked[node.name] - {module}
        ]
        for name, node in [pair for pair in functions if pair[0] in named] + methods:
            public.add(name)
            if not ast.get_docstring(node):
                bare.append(name)
    assert {"annotator.phrases.counted", "annotator.store.packing.packed"} <= public
    assert bare == []
