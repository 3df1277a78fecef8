"""Values: from words to wire form, compared, checked against their source, and shown."""

from .agreement import agrees, may_entail
from .comparing import same
from .counted import shift
from .dispatch import normalise
from .folding import fold, fold_name, is_no_answer
from .instalments import regular_steps
from .rendering import render
from .result import Normalised, NotAValue
from .schedules import same_schedule
from .shares import quotient_of
from .units import states_unit

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
    "regular_steps",
    "render",
    "same",
    "same_schedule",
    "shift",
    "states_unit",
]
