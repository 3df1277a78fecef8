"""Values: from words to wire form, compared, checked against their source, and shown."""

from .agreement import agrees, may_entail
from .amounts import quotient_of
from .comparing import same
from .counted import shift
from .dispatch import normalise
from .folding import fold, fold_name, is_no_answer
from .rendering import render
from .result import Normalised, NotAValue
from .schedules import same_schedule

__all__ = [
    "Normalised",
    "NotAValue",
    "agrees",
    "fold",
    "fold_name",
    "is_no_answer",
    "may_entail",
    "normalise",
    "quotient_of",
    "render",
    "same",
    "same_schedule",
    "shift",
]
