"""Looking through source for lines that change or delete rows of an audit trail."""

import ast

TRAILS = {"Deed": "deed", "BookingChange": "booking_change"}
CHANGES = {"update", "delete"}


def changing(source: str) -> list[int]:
    """The lines of a module on which rows of a trail are changed or deleted."""
    tree = ast.parse(source)
    trails = {*TRAILS, *(f"table({name})" for name in TRAILS)}
    trails |= {name for node in ast.walk(tree) for name in _aliases(node, trails)}
    return [node.lineno for node in ast.walk(tree) if isinstance(node, ast.expr) and _changes(node, trails)]


def _aliases(node: ast.AST, trails: set[str]) -> list[str]:
    """The names that an assignment gives to the table of a trail."""
    if not isinstance(node, ast.Assign):
        return []
    target, value = node.targets[0], node.value
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        pairs = list(zip(target.elts, value.elts, strict=True))
    else:
        pairs = [(target, value)]
    return [ast.unparse(name) for name, one in pairs if ast.unparse(one) in trails]


def _changes(node: ast.expr, trails: set[str]) -> bool:
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func)
        on, _dot, verb = called.rpartition(".")
        of = on if on in trails else ast.unparse(node.args[0]) if node.args else ""
        return verb in CHANGES and of in trails
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        said = node.value.lower()
        return any(f"{verb} {row}" in said for verb in ("update", "delete from") for row in TRAILS.values())
    return False
