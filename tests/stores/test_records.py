import pytest
from factsheet_service.stores.records import Records, latest_paths, next_path
from support.records import make_record
from support.stepping import DictFiles


def record(run_id):
    made = make_record()
    return made.model_copy(update={"run": made.run.model_copy(update={"id": run_id})})


@pytest.mark.parametrize(
    ("paths", "order"),
    [
        (["runs/0002-b.json", "runs/0001-c.json"], {"c": "runs/0001-c.json", "b": "runs/0002-b.json"}),
        (["runs/1764354000000000-n-1.json", "runs/000002-o.json"],
         {"o": "runs/000002-o.json", "n-1": "runs/1764354000000000-n-1.json"}),
        (["runs/0001-a.json", "runs/0003-a.json"], {"a": "runs/0003-a.json"}),
    ],
)  # fmt: skip
def test_runs_are_told_oldest_first(paths, order):
    found = latest_paths(dict.fromkeys(paths))
    assert list(found.items()) == list(order.items())


@pytest.mark.parametrize(
    ("kept", "micros", "number"), [([], 7, 7), (["000003"], 7, 7), (["9"], 7, 10), (["7"], 7, 8)]
)
def test_a_new_run_stands_behind_all_others_whatever_the_clock_says(kept, micros, number):
    paths = {name: f"runs/{name}-{name}.json" for name in kept}
    assert next_path(paths, "new", micros) == f"runs/{number:016}-new.json"


def test_two_machines_whose_clocks_differ_keep_the_order():
    files = DictFiles()
    for run_id, now in (("a", 200.0), ("b", 100.0), ("c", 150.0)):
        Records(files, lambda now=now: now).save(record(run_id))
    assert Records(files).ids() == ("a", "b", "c")
