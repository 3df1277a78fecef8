"""Files changed by seed: the same seed and the same originals give the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

_CHANGES = (1, 1, 2, 3, 5, 8)  # in one file: what is changed too much is refused at its head
_LONGEST = 400  # bytes of a stretch that is moved, taken out or put in
_SHARE = 0.05  # of the file, which it is at most
_WORDS = (
    b"0",
    b"-1",
    b"65536",
    b"4294967296",
    b"99999999999999999999",
    b"<<",
    b">>",
    b"[",
    b"(",
    b"1 0 R",
    b"4 0 R",
    b"obj",
    b"endobj",
    b"stream\n",
    b"endstream",
    b"xref\n",
    b"/Length ",
    b"/Filter /FlateDecode ",
    b"/Filter /LZWDecode ",
    b"/Kids ",
    b"/Prev 0 ",
    b"\x00",
    b"\xff\xff\xff\xff",
)

Change = Callable[[bytearray, Random], None]


def mutated(originals: Sequence[bytes], seed: int) -> bytes:
    """One of the originals after some changes."""
    chance = Random(seed)
    content = bytearray(chance.choice(originals))
    for _ in range(chance.choice(_CHANGES)):
        if content:
            chance.choice(_KINDS)(content, chance)
    return bytes(content)


def _stretch(content: bytearray, chance: Random) -> slice:
    start = chance.randrange(len(content))
    longest = min(_LONGEST, 1 + int(_SHARE * len(content)))
    return slice(start, start + chance.randint(1, longest))


def _bit(content: bytearray, chance: Random) -> None:
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def _byte(content: bytearray, chance: Random) -> None:
    content[chance.randrange(len(content))] = chance.randrange(256)


def _word(content: bytearray, chance: Random) -> None:
    place, word = chance.randrange(len(content)), chance.choice(_WORDS)
    end = place + (len(word) if chance.random() < 0.5 else 0)  # over what is there, or between
    content[place:end] = word


def _noise(content: bytearray, chance: Random) -> None:
    place = _stretch(content, chance)
    content[place] = chance.randbytes(len(content[place]))


def _removed(content: bytearray, chance: Random) -> None:
    del content[_stretch(content, chance)]


def _repeated(content: bytearray, chance: Random) -> None:
    place = _stretch(content, chance)
    content[place] = content[place] * chance.choice((2, 3, 50))


def _moved(content: bytearray, chance: Random) -> None:
    place = _stretch(content, chance)
    taken = bytes(content[place])
    del content[place]
    start = chance.randint(0, len(content))
    content[start:start] = taken


def _cut(content: bytearray, chance: Random) -> None:
    if chance.random() < 0.2:
        del content[chance.randrange(len(content)) :]


def _digit(content: bytearray, chance: Random) -> None:
    """A number in the file becomes another one."""
    digits = [place for place in range(len(content)) if 48 <= content[place] < 58]
    if digits:
        content[chance.choice(digits)] = 48 + chance.randrange(10)


_KINDS: tuple[Change, ...] = (
    _bit,
    _byte,
    _word,
    _word,
    _noise,
    _removed,
    _repeated,
    _moved,
    _cut,
    _digit,
    _digit,
)
