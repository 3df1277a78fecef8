"""Try every operation of the REST service in all of schemathesis' phases, and say what came of it.

Ends with 0 if no answer was an error of the server or other than the document says, every operation
succeeded at least once, and at least ``--least`` cases were tried.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from .server import HEADERS, fill, serving
from .tally import Tally, operations_in, read_tally

HERE = Path(__file__).parent
ROOT = HERE.parent
UPLOADED = ("create_company", "upload_documents", "list_documents", "delete_document")


def main() -> int:
    """Run with the arguments of the command line; the exit code."""
    given = _arguments()
    with TemporaryDirectory(prefix="contract-") as folder, serving(Path(folder), _port()) as url:
        fill(url, Path(folder))
        found = [_tried(url, Path(folder), given)]
        if not given.short:  # among all operations, few chains get as far as these
            found.append(_tried(url, Path(folder), given, "stateful", UPLOADED))
    tally = Tally(sum((tally.counts for _, tally in found), Counter()))
    return _told(tally, max(code for code, _ in found), given)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="contract", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examples", type=int, default=180, help="per operation and phase")
    parser.add_argument("--least", type=int, default=0, help="cases that must have been tried")
    parser.add_argument("--seconds", type=int, help="for all phases together")
    parser.add_argument("--phases", default="examples,coverage,fuzzing,stateful")
    parser.add_argument(
        "--short",
        action="store_true",
        help="what is the same at every run alone, and operations need not all succeed",
    )
    given = parser.parse_args()
    if given.short:
        given.phases = "examples,coverage"
    return given


def _port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _tried(
    url: str, folder: Path, given: argparse.Namespace, phases: str = "", only: tuple[str, ...] = ()
) -> tuple[int, Tally]:
    """Schemathesis' exit code, 0 if it found nothing, and what was answered."""
    program = Path(sys.executable).with_name("schemathesis")
    options = {
        "phases": phases or given.phases,
        "seed": given.seed,
        "max-examples": given.examples,
        "request-timeout": 60,
    }
    if given.seconds:
        options["max-time"] = given.seconds
    command = [program, f"--config-file={HERE / 'schemathesis.toml'}", "run", f"{url}/openapi.json"]
    command += [f"--header={name}: {value}" for name, value in HEADERS.items()]
    command += [f"--{name}={value}" for name, value in options.items()]
    command += [f"--include-operation-id={name}" for name in only]
    command += ["--continue-on-failure", "--no-color"]
    tally = folder / "tally.json"
    names = {"SCHEMATHESIS_HOOKS": "contract.hooks", "CONTRACT_TALLY": str(tally)}
    environment = {**os.environ, **names, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, cwd=folder, check=False)
    return done.returncode, read_tally(tally.read_text("utf-8"))


def _told(tally: Tally, code: int, given: argparse.Namespace) -> int:
    operations = operations_in(json.loads((ROOT / "openapi.json").read_text("utf-8")))
    for operation in operations:
        print(tally.line_of(operation))
    missing = tally.never_succeeded(operations)
    print(
        f"contract: {tally.num_cases} cases, {tally.num_server_errors} answers of 5xx, "
        f"{len(operations) - len(missing)} of {len(operations)} operations succeeded"
        + (f"; never: {', '.join(missing)}" if missing else "")
        + ("; schemathesis found nothing" if code == 0 else "; schemathesis found what is above")
    )
    is_clean = code == 0 and tally.num_server_errors == 0
    is_enough = tally.num_cases >= given.least and (given.short or not missing)
    return 0 if is_clean and is_enough else 1


if __name__ == "__main__":
    sys.exit(main())
