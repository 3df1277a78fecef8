"""From a JSON Schema to its shape: objects, rows, leaves, and the fields that they need."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from factsheet_schemas.errors import SchemaError
from factsheet_schemas.fields import FieldType

from .judging import Judged, judge, words_of
from .resolving import Json, Resolved, Root, options_of, refuse, resolve
from .shape import ITEMS, Branch, Constant, Draft, Form, Leaf, Node, Path, Rows

MAX_DEPTH = 16
MAX_NODES = 2000
LONGEST_DESCRIPTION = 240
_SENTENCE = re.compile(r"(?<=[.;]) +(?=[A-Z])")
_TO_BE_WRITTEN = re.compile(
    r"\b(?:format(?:ted)?|calculate|compute|convert)\b|YYYY|ISO[ -]?8601", re.IGNORECASE
)
_NUMBERS = (FieldType.AMOUNT, FieldType.NUMBER, FieldType.INTEGER)


@dataclass
class Walk:
    """A walk over one JSON Schema; ``drafts`` are the fields met, in order."""

    root: Root
    drafts: dict[Path, Draft] = field(default_factory=dict)
    num_nodes: int = 0

    def branch(self, found: Resolved, path: Path) -> Branch:
        """An object with all below it. Raises SchemaError naming what is not supported."""
        node = found.node
        properties = self._properties(node, path)
        if len(path) > MAX_DEPTH:
            raise refuse(path, f"nesting deeper than {MAX_DEPTH}", "flatten it")
        below: dict[str, Node] = {}
        for name, one in properties.items():
            inside = (*path, name)
            below[name] = self._node(name, resolve(one, self.root, inside, found.seen), inside)
        branch = Branch(
            path=path,
            title=str(node.get("title", "")),
            description=shortened(str(node.get("description", ""))),
            properties=below,
            required=frozenset(node.get("required", ())),
            is_nullable=found.is_nullable,
        )
        return self._with_amount(branch)

    def _properties(self, node: Json, path: Path) -> Mapping[str, Any]:
        properties = node.get("properties")
        if isinstance(node.get("additionalProperties"), Mapping) or (
            isinstance(node.get("unevaluatedProperties"), Mapping)
        ):
            remedy = "name each property, or use an array of objects with a name in each"
            raise refuse(path, "'additionalProperties' as a map", remedy)
        if not isinstance(properties, Mapping) or not properties:
            raise refuse(path, "an object without 'properties'", "name each property")
        return properties

    def _node(self, name: str, found: Resolved, path: Path) -> Node:
        node = found.node
        self.num_nodes += 1  # references can make a short text very large
        if self.num_nodes > MAX_NODES:
            raise SchemaError(f"more than {MAX_NODES} properties: ask for less, or in parts")
        if node.get("type") == "object" or "properties" in node:
            return self.branch(found, path)
        if node.get("type") == "array" or "items" in node:
            return self._array(name, found, path)
        return self._scalar(name, found, path)

    def _array(self, name: str, found: Resolved, path: Path) -> Node:
        node, inside = found.node, (*path, ITEMS)
        items = node.get("items")
        if not isinstance(items, Mapping):
            what = "an array of a fixed form" if isinstance(items, list) else "an array of anything"
            raise refuse(path, what, "give 'items' one schema")
        item = resolve(items, self.root, inside, found.seen)
        if item.node.get("type") == "object" or "properties" in item.node:
            said = shortened(str(node.get("description", "")))
            return Rows(path, self.branch(item, inside), said, found.is_nullable)
        if item.node.get("type") == "array" or "items" in item.node:
            raise refuse(path, "an array of arrays", "use an array of objects that hold arrays")
        judged = judge(name, _described(item.node, node), path)
        if judged.form is Form.BOOLEAN:
            raise refuse(path, "an array of booleans", "use an object with a property for each")
        self._draft(name, _described(item.node, node), judged, path, is_many=True)
        return _leaf(path, judged, found.is_nullable)

    def _scalar(self, name: str, found: Resolved, path: Path) -> Node:
        node = found.node
        if "const" in node or len(node.get("enum", ())) == 1:
            return Constant(path, options_of(node)[0])
        judged = judge(name, node, path)
        self._draft(name, node, judged, path)
        return _leaf(path, judged, found.is_nullable)

    def _draft(
        self, name: str, node: Json, judged: Judged, path: Path, *, is_many: bool = False
    ) -> None:
        self.drafts[path] = Draft(
            path=path,
            named=path,
            type=judged.type,
            title=str(node.get("title") or titled(name)),
            description=shortened(_asking(str(node.get("description", "")), judged)),
            options=tuple(judged.options) if judged.type is FieldType.ENUM else (),
            is_many=is_many,
            max_chars=judged.max_chars,
            examples=_examples(node),
        )

    def _with_amount(self, branch: Branch) -> Branch:
        """The object with its one number and the currency beside it read as one amount."""
        pair = self._pair(branch)
        if pair is None:
            return branch
        number, currency = pair
        self._join(number, currency, branch)
        changed: dict[str, Node] = {
            number.path[-1]: replace(number, form=Form.AMOUNT),
            currency.path[-1]: replace(currency, source=number.source, form=Form.CURRENCY),
        }
        return replace(branch, properties={**branch.properties, **changed})

    def _pair(self, branch: Branch) -> tuple[Leaf, Leaf] | None:
        """The number and the currency that make an amount: alone together, or plainly money."""
        here = [leaf for leaf in branch.properties.values() if isinstance(leaf, Leaf)]
        single = [leaf for leaf in here if not self.drafts[leaf.source].is_many]
        kinds = {leaf.path: self.drafts[leaf.source].type for leaf in single}
        numbers = [leaf for leaf in single if kinds[leaf.path] in _NUMBERS]
        currencies = [leaf for leaf in single if kinds[leaf.path] is FieldType.CURRENCY]
        if len(numbers) != 1 or len(currencies) != 1:
            return None
        is_money = kinds[numbers[0].path] is FieldType.AMOUNT
        return (numbers[0], currencies[0]) if is_money or len(here) == 2 else None

    def _join(self, number: Leaf, currency: Leaf, branch: Branch) -> None:
        """The number's field asks for the amount; the currency's is not asked by itself."""
        del self.drafts[currency.source]
        draft = replace(self.drafts[number.source], type=FieldType.AMOUNT)
        if len(branch.properties) == 2 and branch.path and branch.path[-1] != ITEMS:
            name = branch.title or titled(branch.path[-1])
            draft = replace(draft, named=branch.path, title=name)
        said = dict.fromkeys(filter(None, (branch.description, draft.description)))
        words = ". ".join(text.rstrip(".") for text in said)
        self.drafts[number.source] = replace(draft, description=shortened(words))


def titled(name: str) -> str:
    """A property's name as a title."""
    return " ".join(words_of(name)).capitalize() or name


def _leaf(path: Path, judged: Judged, is_nullable: bool) -> Leaf:
    return Leaf(path, path, judged.form, is_nullable, judged.pattern, judged.options)


def _described(item: Json, array: Json) -> Json:
    """An array's items with the words of both."""
    said = [str(one.get("description", "")) for one in (array, item)]
    words = ". ".join(text.rstrip(". ") for text in said if text)
    title = array.get("title") or item.get("title")
    return {**item, "description": words, **({"title": title} if title else {})}


def _asking(description: str, judged: Judged) -> str:
    """What to look for. How a date is to be written, or counted, is not the reader's to do."""
    if judged.type is not FieldType.DATE:
        return description
    kept = [one for one in _SENTENCE.split(description) if not _TO_BE_WRITTEN.search(one)]
    return " ".join(kept)


def _examples(node: Json) -> tuple[str, ...]:
    given = node.get("examples", ())
    texts = [str(one) for one in given if isinstance(one, str | int | float)]
    return tuple(text for text in texts if len(text) <= 40)[:3]


def shortened(text: str) -> str:
    """At most ``LONGEST_DESCRIPTION`` characters: whole sentences if one fits, else whole words."""
    folded = " ".join(text.split())
    if len(folded) <= LONGEST_DESCRIPTION:
        return folded
    cut = folded[:LONGEST_DESCRIPTION]
    sentence = cut.rfind(". ")
    if sentence > LONGEST_DESCRIPTION // 3:
        return cut[: sentence + 1]
    return cut[: cut.rfind(" ")].rstrip(",;:") + " …"
