import re

import factsheet
from factsheet import errors


def subclasses(kind):
    return {kind}.union(*(subclasses(child) for child in kind.__subclasses__()))


def test_the_tree_in_the_docstring_is_the_tree():
    drawn = {"FactsheetError", *re.findall(r"── (\w+)", errors.__doc__)}
    assert drawn == {kind.__name__ for kind in subclasses(errors.FactsheetError)}


def test_every_error_can_be_imported_from_the_package():
    names = {kind.__name__ for kind in subclasses(errors.FactsheetError)}
    assert names <= set(factsheet.__all__)
