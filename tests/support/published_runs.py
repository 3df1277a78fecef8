"""The example company that the cost model is held to: 100,000 tokens, 2 facilities, 12 groups.

Tokens per call: 1,300 of instructions and field definitions with a group, a detection or a
verification, 1,100 with a deep question; where windows come first, all of them stand behind the
window. Answers with every key take 350 tokens a group, 120 a deep question, 400 a verification and
200 a detection; found-only ones 140, 45 and 150.

* As the original asked: 125 calls (detection, 72 groups, 50 deep, 2 verifications), each with three
  chunks of 1,667 tokens. Question first, so that no two share their beginning, or context first.
* Full coverage: 9 windows of 11,111 tokens, each asked 12 groups for both facilities together, with
  detection, 50 deep questions and 2 verifications behind them: 161 calls of 1,060 tokens beside
  the window, so that 86 % of the prompts are shared. What is found stands in one window each:
  found-only answers do not grow with the windows, and 72 group answers are spread over 108.
"""

import random
from dataclasses import dataclass

from factsheet_service.core.cost import Call, Prefix, Visit

CONTEXT = 5000
NUM_CONTEXTS = 36  # 12 groups, 3 passes
NUM_WINDOWS = 9
ALL_AT_ONCE = 10**6


@dataclass(frozen=True)
class Sizes:
    """Tokens of answers."""

    group: int
    deep: int
    verification: int
    detection: int = 200


ALL_KEYS = Sizes(350, 120, 400)
FOUND_ONLY = Sizes(140, 45, 150)
FOUND_ONLY_IN_EVERY_WINDOW = Sizes(140 * 72 // 108, 45, 150)


def question_first(sizes):
    kinds = [(1300, sizes.detection), *[(1300, sizes.group)] * 72]
    kinds += [(1100, sizes.deep)] * 50 + [(1300, sizes.verification)] * 2
    return one_by_one([Call((), CONTEXT + own, answer) for own, answer in kinds])


def context_first(sizes):
    """Both facilities and the deep questions ask behind the same contexts."""
    calls = []
    for number in range(NUM_CONTEXTS):
        prefixes = (Prefix(f"context {number}", CONTEXT),)
        calls += [Call(prefixes, 1300, sizes.detection)] * (number == 0)
        calls += [Call(prefixes, 1300, sizes.group)] * 2
        num_deep = (number + 1) * 50 // NUM_CONTEXTS - number * 50 // NUM_CONTEXTS
        calls += [Call(prefixes, 1100, sizes.deep)] * num_deep
        calls += [Call(prefixes, 1300, sizes.verification)] * (number < 2)
    return one_by_one(calls)


def full_coverage(sizes):
    """Per window, its calls."""
    windows = []
    for number in range(NUM_WINDOWS):
        answers = [sizes.detection] * (number == 0) + [sizes.group] * 12
        answers += [sizes.deep] * len(range(number, 50, NUM_WINDOWS))
        answers += [sizes.verification] * (number < 2)
        prefixes = (Prefix(f"window {number}", 100_000 // NUM_WINDOWS),)
        windows.append([Call(prefixes, 1060, answer) for answer in answers])
    return windows


def window_major(sizes):
    return one_by_one([call for window in full_coverage(sizes) for call in window])


def group_major(sizes):
    windows = full_coverage(sizes)
    turns = range(max(map(len, windows)))
    return one_by_one([window[t] for t in turns for window in windows if t < len(window)])


def shuffled(sizes, seed):
    visits = window_major(sizes)
    random.Random(seed).shuffle(visits)
    return visits


def one_by_one(calls):
    """Calls that wait for nothing but a place in flight."""
    return [Visit(((call,),)) for call in calls]
