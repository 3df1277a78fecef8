import io

from factsheet_schemas import Status
from factsheet_service.reports.views import Views, views_of
from factsheet_service.reports.views.data import Ladder, Rung, Timeline, TimelineStep
from factsheet_service.reports.views.terminal import view_tables
from rich.console import Console
from support.build import make_schema
from support.records import make_evidence, make_record


def printed(views):
    text = io.StringIO()
    Console(file=text, width=100, color_system=None).print(view_tables("Norrvind", views))
    return text.getvalue()


def test_views_without_content_are_left_out():
    step = TimelineStep(when="from 2027", value=2.0, shown="2.00%", evidence=make_evidence())
    lines = printed(Views(timelines=(Timeline(row="A", field="m", label="Margin", steps=(step,)),)))
    assert "Norrvind: timelines" in lines
    assert "ladders" not in lines


def test_a_rung_says_whether_below_or_above():
    rung = Rung(
        consequence="default", field="f", status=Status.PRESENT, shown="4.00x", comparator="max"
    )
    assert "above 4.00x" in printed(
        Views(ladders=(Ladder(metric="Debt", row=None, rungs=(rung,)),))
    )


def test_a_rung_that_is_not_sure_says_so():
    rung = Rung(consequence="sweep", field="f", status=Status.POSSIBLY_PRESENT, shown="1.30x")
    shown = printed(Views(ladders=(Ladder(metric="DSCR", row=None, rungs=(rung,)),)))
    assert "1.30x" in shown
    assert "POSSIBLY_PRESENT" in shown


def test_no_view_with_content_is_said():
    assert "nothing to show" in printed(Views())


def test_what_was_not_found_is_listed_with_the_windows_read():
    views = views_of(make_record(), make_schema(), (), ("missing",))
    assert "Hedged?" in printed(views)
