"""The benchmark on a real vLLM: every arm on the same server and documents, one after another.

    make bench [ARMS="full replay"] [GOLD="FILE..."] [DOCUMENTS="FILE..."]

Prints a table per question and keeps the raw results in ``out/bench``.

``--url`` takes a server that runs already, say on a GPU with dummy weights of a large model:

    PYTHONPATH=tests python -m bench.companies > books.json
    PYTHONPATH=.:tests:tests/engine READER_GOLD=books.json VLLM_SERVER_DEV_MODE=1 vllm serve ... \\
        --logits-processors bench.reader:Reader, and the flags GOOD of tests/engine/server.py
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx2
from factsheet_schemas import load_schema
from factsheet_service.composition import build_operations
from factsheet_service.core.document import Document
from factsheet_service.engines.vllm import VllmSettings
from factsheet_service.settings import AppSettings

from bench.arm import ARMS
from bench.bars import bar_table, bars
from bench.companies import Company, gold_documents, read_book_of, shipped_gold
from bench.results import Measured, load_measured, table
from bench.serving import serve
from bench.setting import COMPANY, Setting

PART = 62  # calls of the original's that are run: those of one facility, capped
COMPARED = ("full", "full-faulty", "langextract", "langextract-faulty")


def main() -> None:
    """Serve, run the arms, print."""
    options = _options()
    folder = options.out.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    gold = options.gold or shipped_gold()
    files = options.documents or [one for path in gold for one in gold_documents(path)]
    schema = load_schema("credit_facility")
    documents = _ingest(folder, files)
    books = [read_book_of(path, schema, documents) for path in gold]
    company = Company(COMPANY, documents, tuple(books))
    with _server(options.url, folder, company) as root:
        facilities = tuple(row[0] for book in books for row in book["rows"])
        model = _model(root)
        setting = Setting(str(folder), root, model, facilities, options.part, options.in_flight)
        setting.save()
        document_tokens = setting.num_tokens(company.text)
        print(_about(company, document_tokens, len(facilities)), flush=True)
        arms = {name: _run(name, setting) for name in options.arms or ARMS}
    print(_report(arms, company, document_tokens))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("arms", nargs="*", help=f"of {', '.join(ARMS)}; all if none")
    parser.add_argument("--gold", nargs="*", type=Path, help="gold files; the shipped ones if none")
    parser.add_argument(
        "--documents", nargs="*", type=Path, help="those that the gold names if none"
    )
    parser.add_argument("--url", help="of a server that runs, without /v1")
    parser.add_argument("--out", type=Path, default=Path("out/bench"))
    parser.add_argument("--part", type=int, default=PART, help="calls run of the original's")
    in_flight = VllmSettings().max_in_flight
    parser.add_argument("--in-flight", type=int, default=in_flight, help="calls of the replays")
    return parser.parse_args()


def _ingest(folder: Path, files: Sequence[Path]) -> tuple[Document, ...]:
    workspace = folder / "workspace"
    shutil.rmtree(workspace, ignore_errors=True)  # an earlier benchmark's documents
    operations = build_operations(AppSettings(work=workspace))
    return asyncio.run(operations.ingest(COMPANY, list(files)))


@contextmanager
def _server(url: str | None, folder: Path, company: Company) -> Iterator[str]:
    with contextlib.nullcontext(url) if url else serve(folder, company.books) as root:
        yield root


def _model(root: str) -> str:
    reply = httpx2.get(f"{root}/v1/models", timeout=60).raise_for_status().json()
    return str(reply["data"][0]["id"])


def _run(name: str, setting: Setting) -> Measured:
    """One arm in a process of its own. Raises CalledProcessError where it breaks off."""
    print(f"{name} ...", file=sys.stderr, flush=True)
    subprocess.run([sys.executable, "-m", "bench.arm", name, setting.folder], check=True)
    return load_measured(setting.path(name, "json"))


def _about(company: Company, document_tokens: int, facilities: int) -> str:
    return (
        f"{len(company.documents)} documents, {document_tokens:,} tokens by the server's count, "
        f"{facilities} facilities\n"
    )


def _report(arms: Mapping[str, Measured], company: Company, document_tokens: int) -> str:
    parts = [table(list(arms.values()), document_tokens), bar_table(bars(arms, document_tokens))]
    compared = [arms[name] for name in COMPARED if name in arms]
    if compared:
        parts.append(_comparison(compared, company))
    return "\n\n".join(parts)


def _comparison(arms: Sequence[Measured], company: Company) -> str:
    """How many of the gold's statements each brought home, by field and value."""
    items = [item for book in company.books for item in book["items"]]
    gold = {(item["field"], item["value"].strip()) for item in items}
    head = "| arm | wall s | calls | gold values brought home | note |\n|---|---|---|---|---|"
    lines = (
        f"| {one.arm} | {one.wall_s:.1f} | {one.calls} "
        f"| {len(gold & set(one.found))} of {len(gold)} | {one.note} |"
        for one in arms
    )
    return "\n".join([head, *lines])


if __name__ == "__main__":
    main()
