import io

from factsheet_service.commands.progress import shown_on
from factsheet_service.core.progress import FileRead, StageAdvanced, StageStarted
from rich.console import Console


def told(events, **console):
    """What a console shows of the events."""
    text = io.StringIO()
    with shown_on(
        Console(file=text, width=100, markup=False, highlight=False, **console)
    ) as progress:
        for event in events:
            progress(event)
    return text.getvalue()


SWEEP = [StageStarted("sweep", 100), *(StageAdvanced("sweep", i, 100) for i in range(1, 101))]


def test_a_pipe_gets_a_few_plain_lines_per_stage():
    lines = told(SWEEP).splitlines()
    assert lines[0] == "sweep: 100 steps"
    assert lines[1:] == [f"sweep: {n} of 100" for n in (25, 50, 75, 100)]


def test_a_file_that_was_read_is_named_with_its_pages():
    assert told([FileRead("a.pdf", "ok", None, 7)]).split() == ["ok", "a.pdf", "(7", "pages)"]


def test_a_file_that_was_not_read_is_named_with_the_reason():
    assert "scan.pdf: no text" in told([FileRead("scan.pdf", "needs_ocr", "no text", 0)])


def test_a_terminal_gets_a_bar_that_counts():
    assert "100/100" in told(SWEEP, force_terminal=True)


def test_files_pass_above_the_bar_with_brackets_as_they_are():
    shown = told([FileRead("[draft] a.pdf", "ok", None, 7), *SWEEP], force_terminal=True)
    assert "[draft] a.pdf" in shown


def test_a_stage_of_unknown_length_is_named():
    assert told([StageStarted("record", None)]) == "record\n"
