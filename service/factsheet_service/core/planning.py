"""Which questions are put to which windows, in which order: decided before anything runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from factsheet_schemas import ExtractOptions, FieldSpec, Group, Schema, Settings
from factsheet_schemas.options import Coverage

from .document import Document, Window
from .errors import UnknownField
from .questions import Kind, Question
from .retrieval import Judge, Similarities, WindowIndex
from .windows import cut_windows

OPENING_WINDOWS = 1  # per document, asked everything: parties and definitions stand there
REPREFILL_SHARE = 0.3  # of the windows, by deep extraction where all have been asked once
DEEP_PART = 4  # of a window: what deep extraction reads at `balanced`, where more is left out
REPREFILL_BALANCED = 0.05  # of these parts


@dataclass(frozen=True, slots=True)
class Step:
    """One window with all its questions; they share the window as their prefix."""

    window: Window
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The sweep, window by window."""

    steps: tuple[Step, ...]
    windows_due: Mapping[str, int]  # per field: windows that could hold it
    windows: tuple[Window, ...] = ()  # of the sweep, asked or not
    deep_windows: tuple[Window, ...] = ()  # what deep extraction may read: all of the documents

    @property
    def num_windows(self) -> int:
        """Windows that all of the documents would fill, for as much of them as is not read."""
        tokens = sum(window.num_tokens for window in self.windows)
        everything = sum(window.num_tokens for window in self.deep_windows)
        return round(len(self.windows) * max(1.0, everything / max(tokens, 1)))

    def lines(self, asked: Set[str]) -> tuple[int, int]:
        """Lines of the documents, and those of them in none of the windows with these keys."""
        everything = {(w.document.id, line.start) for w in self.deep_windows for line in w.lines}
        known = {window.key: window for window in (*self.windows, *self.deep_windows)}
        read = (known[key] for key in asked)
        shown = {(w.document.id, line.start) for w in read for line in w.lines}
        return len(everything), len(everything - shown)

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


def judge_of(
    schema: Schema, options: ExtractOptions, similarities: Similarities | None = None
) -> Judge:
    """What judges documents for a run, by its groups and its retriever."""
    groups = chosen_groups(schema, options)
    return Judge(schema, groups, options.effective().retriever, similarities)


def plan_run(
    documents: Sequence[Document],
    window_tokens: int,
    schema: Schema,
    options: ExtractOptions,
    judge: Judge,
) -> Plan:
    """The sweep over documents, in order of their names: of all windows, or at `balanced` of those
    that their hopeful passages fill."""
    ordered = sorted(documents, key=lambda document: document.name)
    if options.effective().coverage is not Coverage.BALANCED:
        windows = tuple(w for one in ordered for w in cut_windows(one, window_tokens))
        return plan_sweep(windows, schema, options, judge)
    read: list[Window] = []
    whole: list[Window] = []
    for document in ordered:
        windows = cut_windows(document, window_tokens, judge.judged(document).lines)
        read += windows
        whole += cut_windows(document, window_tokens // DEEP_PART, first_index=len(windows))
    return plan_sweep(tuple(read), schema, options, judge, tuple(whole))


def plan_sweep(
    windows: Sequence[Window],
    schema: Schema,
    options: ExtractOptions,
    judge: Judge | None = None,
    deep_windows: tuple[Window, ...] | None = None,
) -> Plan:
    """The sweep's steps in window-major order: windows as given."""
    groups = chosen_groups(schema, options)
    asked = _asked(windows, groups, options.effective(), judge or judge_of(schema, options))
    detections = (detection(schema),) if schema.entities else ()
    steps = []
    for index, window in enumerate(windows):
        questions = [group_question(g, options) for g in groups if index in asked[g.key]]
        if questions:
            steps.append(Step(window, (*detections, *questions)))
    due = _due(groups, asked, len(windows), options)
    whole = tuple(windows) if deep_windows is None else deep_windows
    return Plan(tuple(steps), due, tuple(windows), whole)


def rereadable(plan: Plan, settings: Settings) -> int:
    """How many of the plan's windows for deep extraction it may read; of bm25's, all."""
    num_windows = len(plan.deep_windows)
    if settings.coverage is Coverage.BM25:
        return num_windows
    is_balanced = settings.coverage is Coverage.BALANCED
    share = REPREFILL_BALANCED if is_balanced else REPREFILL_SHARE
    return min(max(1, int(num_windows * share)), num_windows)


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
    windows: Sequence[Window], groups: Sequence[Group], settings: Settings, judge: Judge
) -> dict[str, set[int]]:
    """Per group the indices of the windows that are asked it."""
    if settings.coverage is Coverage.FULL:
        return {group.key: set(range(len(windows))) for group in groups}
    if settings.coverage is Coverage.BM25:
        index = WindowIndex(windows)
        orders = {group.key: judge.ranked(windows, index, group.key) for group in groups}
        return {key: _best(order, len(windows), settings) for key, order in orders.items()}
    openings = {i for i, window in enumerate(windows) if window.index < OPENING_WINDOWS}
    hopeful = [judge.hopeful_groups(window) for window in windows]
    return {
        group.key: openings | {i for i, keys in enumerate(hopeful) if group.key in keys}
        for group in groups
    }


def _best(ranked: Sequence[int], num_windows: int, settings: Settings) -> set[int]:
    """The best windows, then as many more as there are section passes: best first, then those
    that share no word with the query, as in a document of another language, in reading order."""
    covered, matching = ranked[: settings.chunks_per_group], ranked[settings.chunks_per_group :]
    silent = sorted(set(range(num_windows)) - set(ranked))
    return {*covered, *[*matching, *silent][: settings.section_passes]}
