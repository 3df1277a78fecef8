"""Folding of text for comparison: case, accents, space, punctuation, legal suffixes."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

NO_ANSWERS = (
    *("na", "none", "nil", "null", "unknown", "undefined", "unspecified", "tbd", "tbc", "missing"),
    *("not specified", "not stated", "not found", "not applicable", "not available"),
    *("not mentioned", "not provided", "not disclosed", "not defined", "not given"),
    *("not indicated", "not clear", "not determined", "not asked", "not extracted"),
    *("not explicitly stated", "no information", "no mention", "possibly present"),
    *("extraction error", "to be agreed", "to be determined", "to be confirmed"),
    *("no especificado", "no se especifica", "no consta", "no aplica", "non specifie"),
    *("non precise", "sans objet", "none specified", "none stated", "none is specified"),
    *("nicht angegeben", "keine angabe", "niet vermeld", "niet gespecificeerd"),
    *("nao especificado", "nao aplicavel", "non specificato", "nie dotyczy", "nie okreslono"),
)
_NO_ANSWER = re.compile(rf"(?:{'|'.join(NO_ANSWERS)})(?: (?:in|by|within|from|im|en|dans|nel) .*)?")
_SUFFIXES = (
    "inc incorporated corp corporation co company ltd limited llc lp llp plc na gmbh ag kg kgaa se"
    " sa sau sl slu sas sarl sca srl spa bv nv as asa ab oy oyj aps doo ltda lda pty pte"
)
LEGAL_SUFFIXES = frozenset(_SUFFIXES.split())
_MARKS = str.maketrans({"&": " and ", "ß": "ss", "ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "æ": "ae"})


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Lower case without accents; full stops and apostrophes go, other marks become one space."""
    plain = unicodedata.normalize("NFKD", text.translate(_MARKS)).casefold()
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    plain = re.sub(r"\b([a-z])/([a-z])\b", r"\1\2", plain)
    plain = re.sub(r"(?<=[a-z])\.(?=[a-z])|(?<=[a-z])\.(?=\W|$)|['’‘`´]", "", plain)
    return " ".join(re.sub(r"[^\w.]|_|\.(?!\d)", " ", plain).split())


def fold_name(text: str) -> str:
    """``fold``, and without a leading article and trailing legal forms ("Alico, Inc." = "ALICO").

    A name that is nothing but legal forms is kept.
    """
    folded = re.sub(r" sp z o ?o$", "", fold(text).removeprefix("the "))
    words = folded.split()
    kept = list(words)
    while kept and kept[-1] in LEGAL_SUFFIXES:
        kept.pop()
    return " ".join(kept or words)


def has_words(words: str, text: str) -> bool:
    """Whether folded ``words`` stand as whole words, in this order, in folded ``text``."""
    return bool(words) and f" {words} " in f" {text} "


def singular(folded: str) -> str:
    """Folded text with the plural s of longer words taken off ("term advances": "term advance")."""
    return re.sub(r"(?<=[a-z]{2}[a-rt-z])s\b", "", folded)


def is_no_answer(text: str) -> bool:
    """Whether the words say that there is nothing to say ("not specified", "n/a", "-")."""
    if not any(char.isalnum() or unicodedata.category(char) == "Sc" for char in text):
        return True
    folded = fold(text.replace("/", ""))
    return folded == "n a" or _NO_ANSWER.fullmatch(folded) is not None


def squeeze(text: str) -> str:
    """The text with single spaces and without quotation marks around it."""
    return " ".join(text.split()).strip("\"“”„«»'‘’ ")
