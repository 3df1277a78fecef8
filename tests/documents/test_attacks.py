"""Hostile files, through the API of a real server; all of them, and the slow ones: `make fuzz`."""

import os
import socket
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from factsheet_service.documents import ReadLimits

from fuzz.attacks import ATTACKS
from fuzz.measure import MEBIBYTE, Outcome, measured
from fuzz.through_api import served, uploaded
from fuzz.verdict import failing, failings, table

HOSTILE = Path(__file__).parents[2] / ".." / "shared" / "data" / "hostile_pdfs"
SLOW = {
    "nested_zips",
    "many_files",
    "many_attachments_mail",
    "laughing_forms",
    "many_operators",
    "many_glyphs",
    "overlapping_zip",
    "docx_bomb",
    "docx_of_many_paragraphs",
    "xlsx_bomb",
    "wide_rows_xlsx",
    "many_cells_xlsx",
    "long_cells_xlsx",
    "largest_xlsx",
    "nested_html",
    "many_tags_html",
    "many_attributes_html",
    "long_headers_mail",
    "nested_mail",
    "to_unicode_bomb",
    "double_flate_bomb",
    "many_lines",
    "outside_names",
    "long_line",  # sixty megabytes
}
QUICK = [attack for attack in ATTACKS if attack.name not in SLOW]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with served(tmp_path_factory.mktemp("attacked"), port, dict(os.environ)) as server:
        yield server


def test_there_are_attacks_enough():
    assert len(QUICK) >= 45
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)


@pytest.mark.timeout(300)
def test_the_server_outlives_every_attack_and_says_how_each_ended(server):
    outcomes = uploaded(server, "attacks", {attack.file: attack.make() for attack in QUICK})
    assert list(failings(outcomes)) == []
    assert len(outcomes) == len(QUICK)
    assert server.is_alive()
    assert server.peak_mb() < 400
    told = {outcome.name: outcome.reason for outcome in outcomes}
    assert told["flate_bomb.pdf"].startswith("needed more than 1024 MB of memory")
    assert told["cyclic_pages.pdf"] == "broken PDF: no page can be opened"
    assert told["million_pages.pdf"].startswith("only the first 2000 of 1000000 pages were read")
    assert told["password_protected.pdf"] == "password-protected"


@pytest.mark.skipif(not HOSTILE.is_dir(), reason="the hostile PDFs are not beside the repository")
@pytest.mark.timeout(300)
def test_the_server_outlives_every_hostile_pdf_that_others_found(server):
    paths = sorted(HOSTILE.rglob("*.pdf"))
    files = {f"{number}-{path.name}": path.read_bytes() for number, path in enumerate(paths)}
    outcomes = uploaded(server, "hostile", files)
    assert len(outcomes) == 50
    assert list(failings(outcomes)) == []
    assert server.is_alive()


@pytest.mark.parametrize("name", ["outside_docx", "outside_xlsx", "links", "outside_template_docx"])
async def test_nothing_of_the_machine_is_read(read_files, name: str):
    (attack,) = [attack for attack in ATTACKS if attack.name == name]
    documents = await read_files({attack.file: attack.make()})
    text = " ".join(document.text for document in documents)
    assert "root:" not in text
    assert "PATH=" not in text


def test_what_a_bomb_takes_is_its_own_process_memory():
    (bomb,) = [attack for attack in ATTACKS if attack.name == "flate_bomb"]
    limits = ReadLimits(memory_bytes=256 * MEBIBYTE)
    # a process starts with the peak of the one that it was forked from, and ours is large
    with ProcessPoolExecutor(1, get_context("spawn")) as lean:
        outcome = lean.submit(measured, bomb.file, bomb.make(), limits).result()
    assert outcome.status == "unreadable"
    assert outcome.child_mb <= 256
    assert outcome.grown_mb < 100


@pytest.mark.parametrize(
    ("outcome", "wrong"),
    [
        (Outcome("a.pdf", "ok"), None),
        (Outcome("a.pdf", "encrypted", "password-protected", 61), None),
        (Outcome("a.pdf", "died", "wait status 6"), "not typed: died wait status 6"),
        (Outcome("a.pdf", "unreadable"), "no reason"),
        (Outcome("a.pdf", "ok", seconds=63, num_documents=1), "took 63 s"),
        (Outcome("a.zip", "ok", seconds=63, num_documents=9), None),
        (Outcome("a.pdf", "ok", child_mb=1025), "took 1025 MB"),
        (Outcome("a.pdf", "ok", grown_mb=1025), "took 1025 MB"),
    ],
)
def test_what_is_asked_of_an_outcome(outcome: Outcome, wrong: str | None):
    assert failing(outcome) == wrong


def test_the_table_counts_outcomes_by_their_reason():
    outcomes = [Outcome(f"{n}.pdf", "ok", f"no text on page {n}", n) for n in range(3)]
    _, line, slowest = table(outcomes)
    assert line.split() == [
        "3",
        "1.00",
        "2.00",
        "0",
        "0",
        *["ok:", "no", "text", "on", "page", "N"],
    ]
    assert slowest.startswith("slowest: 2.pdf 2.0 s, 1.pdf 1.0 s")
