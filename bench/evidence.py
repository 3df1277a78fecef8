"""How much of the gold evidence is asked about, and for how many tokens, per coverage; no server.

    PYTHONPATH=tests .venv/bin/python -m bench.evidence [GOLD...] [--only] [--fit] [--bury]
        [--url URL]

Companies are the shipped agreements, the example and all GOLD files, whose documents stand beside
or below them; ``--only``: GOLD alone. A quote counts as *asked* where one place of it lies within
lines that the sweep shows together with the question of its field's group; a value where one of
its quotes is asked, each of them if it is derived. *Tokens* are estimates of what a server has to
compute of the sweep's prompts: the fixed prompt, each window once, each question. *Top n*: quotes
of which one place lies within the n windows of 2,000 tokens that are ranked first for the group.

``--bury``: short companies with one document once more, made long by what the long companies say
where there is no evidence, which has terms of its own; means of three ways to do it.
``--url``: an embeddings endpoint, by whose vectors the other retrievers are measured beside bm25.
``--fit`` fits the weights of hope anew on all companies, prints them, and measures each folder of
companies by weights that were fitted on the others.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from factsheet_schemas import load_schema

from bench.asked import subject
from bench.companies import shipped_gold
from bench.evidence_tables import asked_table, buried_table, by_length, fit_table, rank_table


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", nargs="*", type=Path)
    parser.add_argument("--only", action="store_true", help="without what is shipped")
    parser.add_argument("--fit", action="store_true", help="fit the weights of hope anew")
    parser.add_argument("--bury", action="store_true", help="make short agreements long")
    parser.add_argument("--url", help="an embeddings endpoint, with its /v1")
    options = parser.parse_args()
    schema = load_schema("credit_facility")
    golds = [*([] if options.only else shipped_gold()), *options.gold]
    subjects = [subject(gold, schema, options.url) for gold in golds]
    _, long = by_length(subjects)
    tables = [asked_table(subjects, schema)]
    if len(long) < len(subjects) and long:
        tables.append(["Of agreement length:", *asked_table(long, schema)])
    tables.append(rank_table(long or subjects, schema))
    tables += [buried_table(subjects, schema)] if options.bury and long else []
    tables += [fit_table(subjects, schema)] if options.fit else []
    sys.stdout.write("\n\n".join("\n".join(lines) for lines in tables) + "\n")


if __name__ == "__main__":
    main()
