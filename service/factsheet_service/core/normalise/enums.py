"""Closed lists: yes or no, and options with the words that documents use for them."""

from __future__ import annotations

from factsheet_schemas import FieldSpec
from factsheet_schemas.fields import Option

from .folding import fold, has_words, is_no_answer, singular, squeeze
from .result import Normalised, NotAValue

YES = frozenset(["yes", "y", "true", "si", "oui", "ja", "sim", "tak"])
NO = frozenset(["no", "n", "false", "non", "nein", "nee", "nao", "nie"])


def normalise_yes_no(written: str, quote: str = "") -> Normalised:
    """ "Yes" or "No". "Not specified" and "no information" are neither.

    Raises:
        NotAValue: the answer does not begin with a plain yes or no.
    """
    words = fold(written).split()
    if words and not is_no_answer(written) and not is_no_answer(_rest(written)):
        if words[0] in YES and words[1:2] != ["no"]:
            return Normalised("Yes")
        if words[0] in NO and _stands_alone(written):
            return Normalised("No")
    raise NotAValue(f"{written!r} is neither yes nor no")


def _stands_alone(written: str) -> bool:
    """Whether the first word ends the text or its clause: "No, ..." but not "No information"."""
    text = squeeze(written)
    first = text.split()[0]
    return first == text or not first[-1].isalnum() or text.split()[1][0] in "-–—(:,;"


def _rest(written: str) -> str:
    """What stands behind the first word; itself where nothing does."""
    return fold(written).partition(" ")[2] or written


def normalise_enum(spec: FieldSpec, written: str) -> Normalised:
    """The option's value. Raises NotAValue if none or several options are named."""
    found = named_options(spec.options, written)
    if len(found) == 1:
        return Normalised(found[0])
    reason = f"names {' and '.join(found)}" if found else "is none of the options"
    raise NotAValue(f"{written!r} {reason}")


def normalise_enum_list(spec: FieldSpec, written: str) -> Normalised:
    """The values of all options named. Raises NotAValue if none is."""
    found = named_options(spec.options, written)
    if not found:
        raise NotAValue(f"{written!r} is none of the options")
    return Normalised(list(found))


def named_options(options: tuple[Option, ...], text: str) -> tuple[str, ...]:
    """The options that a text names in whole words.

    An option written out in full is the only one; otherwise a word inside a longer one that
    names another option ("LC" in "LC facility") does not count.
    """
    folded = singular(fold(text))
    for option in options:
        if folded in _all_words(option):
            return (option.value,)
    found = [(word, option.value) for option in options for word in _words(option, folded)]
    longest = [
        value
        for word, value in found
        if not any(word != other and has_words(word, other) for other, _ in found)
    ]
    return tuple(dict.fromkeys(longest))


def _words(option: Option, folded: str) -> list[str]:
    return [word for word in _all_words(option) if has_words(word, folded)]


def _all_words(option: Option) -> set[str]:
    return {singular(fold(word)) for word in (option.value, *option.synonyms)}
