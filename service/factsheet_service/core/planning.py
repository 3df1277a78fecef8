"""Which questions are put to which windows, in which order: decided before anything runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from factsheet_schemas import ExtractOptions, FieldSpec, Group, Schema, Settings
from factsheet_schemas.options import Coverage

from .document import Window
from .errors import UnknownField
from .questions import Kind, Question
from .retrieval import WindowIndex, group_query

HOPELESS_SHARE = 0.12  # of a group's best score: below it a window is left out at `balanced`
ALWAYS_BEST = 6  # windows per group that `balanced` keeps whatever their score
OPENING_WINDOWS = 1  # per document: parties and definitions stand there
REPREFILL_SHARE = 0.3  # of the windows, by deep extraction where all have been asked once


@dataclass(frozen=True, slots=True)
class Step:
    """One window with all its questions; they share the window as their prefix."""

    window: Window
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The sweep, window by window."""

    steps: tuple[Step, ...]
    num_windows: int  # of the documents, asked or not
    windows_due: Mapping[str, int]  # per field: windows that could hold it

    @property
    def num_questions(self) -> int:
        """Questions of the sweep without verification."""
        return sum(len(step.questions) for step in self.steps)


def chosen_groups(schema: Schema, options: ExtractOptions) -> tuple[Group, ...]:
    """The groups of a run, narrowed to the options' groups and fields, merged if set.

    Raises:
        UnknownField: a group or field that the schema does not have.
    """
    _refuse_unknown(schema, options)
    groups = [_narrowed(group, options) for group in schema.groups]
    kept = [group for group in groups if group is not None]
    return _merged(kept) if options.effective().merge_groups else tuple(kept)


def _refuse_unknown(schema: Schema, options: ExtractOptions) -> None:
    known_groups = [group.key for group in schema.groups]
    for key in options.groups or ():
        if key not in known_groups:
            raise UnknownField(f"no group {key!r}: {schema.name} has {', '.join(known_groups)}")
    for key in options.fields or ():
        if key not in schema.by_key:
            raise UnknownField(f"no field {key!r}: see `factsheet schemas {schema.name}`")


def _narrowed(group: Group, options: ExtractOptions) -> Group | None:
    if options.groups is not None and group.key not in options.groups:
        return None
    fields = tuple(field for field in group.fields if withheld(field, options) is None)
    return group.model_copy(update={"fields": fields}) if fields else None


def configured(options: ExtractOptions) -> frozenset[str]:
    """The names of the options that fields and rules can depend on and that are set."""
    return frozenset(name for name in ("lender_of_interest",) if getattr(options, name))


def withheld(field: FieldSpec, options: ExtractOptions) -> str | None:
    """Why a run does not ask for the field at all; None if it does."""
    if options.fields is not None and field.key not in options.fields:
        return "not among the fields of this run"
    if field.only_if_configured not in (None, *configured(options)):
        return f"no {field.only_if_configured} is configured"
    return None


def _merged(groups: Sequence[Group]) -> tuple[Group, ...]:
    keys = {group.key for group in groups}
    guests = [group for group in groups if group.merge_with in keys]
    hosts = [group for group in groups if group not in guests]
    return tuple(_with_guests(host, guests) for host in hosts)


def _with_guests(host: Group, guests: Sequence[Group]) -> Group:
    mine = [guest for guest in guests if guest.merge_with == host.key]
    fields = (*host.fields, *(field for guest in mine for field in guest.fields))
    title = " and ".join((host.title, *(guest.title for guest in mine)))
    queries = (*host.queries, *(query for guest in mine for query in guest.queries))
    return host.model_copy(update={"fields": fields, "title": title, "queries": queries})


def detection(schema: Schema) -> Question:
    """The question that finds the rows of the fact sheet, of all kinds; only for a schema that has
    rows."""
    return Question(Kind.DETECT, "detect", tuple(schema.by_key[key] for key in schema.named_by))


def group_question(group: Group, options: ExtractOptions) -> Question:
    """The question that asks for a group's fields."""
    lender = lender_name(options)
    return Question(Kind.GROUP, group.key, group.fields, lender_of_interest=lender)


def lender_name(options: ExtractOptions) -> str | None:
    """The name of the lender of interest, if one is configured."""
    return options.lender_of_interest.name if options.lender_of_interest else None


def plan_sweep(windows: Sequence[Window], schema: Schema, options: ExtractOptions) -> Plan:
    """The sweep's steps in window-major order: documents as given, windows in reading order."""
    groups = chosen_groups(schema, options)
    asked = _asked(windows, groups, options.effective())
    detections = (detection(schema),) if schema.entities else ()
    steps = []
    for index, window in enumerate(windows):
        questions = [group_question(g, options) for g in groups if index in asked[g.key]]
        if questions:
            steps.append(Step(window, (*detections, *questions)))
    return Plan(tuple(steps), len(windows), _due(groups, asked, len(windows), options))


def _due(
    groups: Sequence[Group], asked: dict[str, set[int]], num_windows: int, options: ExtractOptions
) -> dict[str, int]:
    """Windows that must have been asked before a field is called not found.

    `balanced` leaves out hopeless windows; `bm25` merely the less likely ones.
    """
    is_capped = options.effective().coverage is Coverage.BM25
    return {
        field.key: num_windows if is_capped else len(asked[group.key])
        for group in groups
        for field in group.fields
    }


def _asked(
    windows: Sequence[Window], groups: Sequence[Group], settings: Settings
) -> dict[str, set[int]]:
    """Per group the indices of the windows that are asked it."""
    if settings.coverage is Coverage.FULL:
        return {group.key: set(range(len(windows))) for group in groups}
    index = WindowIndex(windows)
    if settings.coverage is Coverage.BM25:
        return {group.key: _best(index, group, settings) for group in groups}
    openings = {i for i, window in enumerate(windows) if window.index < OPENING_WINDOWS}
    return {group.key: openings | _hopeful(index, group) for group in groups}


def _best(index: WindowIndex, group: Group, settings: Settings) -> set[int]:
    """BM25's best windows, then as many more as there are section passes: best first, then those
    that share no word with the query, as in a document of another language, in reading order."""
    ranked = index.ranked(group_query(group))
    covered, matching = ranked[: settings.chunks_per_group], ranked[settings.chunks_per_group :]
    silent = sorted(set(range(index.num_windows)) - set(ranked))
    return {*covered, *(matching + silent)[: settings.section_passes]}


def _hopeful(index: WindowIndex, group: Group) -> set[int]:
    scores = index.scores(group_query(group))
    floor = HOPELESS_SHARE * max(scores, default=0.0)
    best = index.ranked(group_query(group))[:ALWAYS_BEST]
    return {i for i, score in enumerate(scores) if score > floor} | set(best)
