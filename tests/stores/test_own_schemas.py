import pytest
from factsheet_schemas import SchemaError
from factsheet_service.stores.own_schemas import OwnSchemas
from support.stepping import DictFiles, interleavings

NAME = {"type": "object", "properties": {"name": {"type": "string"}}}
CITY = {"type": "object", "properties": {"city": {"type": "string"}}}


@pytest.fixture
def store(files):
    return OwnSchemas(files)


def test_a_schema_outlives_the_process(store, files):
    kept = store.put("mine", NAME)
    again = OwnSchemas(files).get("mine")
    assert kept.is_new_name
    assert (again.version, again.json_schema) == (kept.own.version, NAME)


def test_the_same_again_is_no_new_version(store, files):
    store.put("mine", NAME)
    assert not store.put("mine", NAME).is_new_name
    assert len(files.sizes(".schemas")) == 1


def test_the_newest_is_the_names_and_older_ones_are_found_by_version(store):
    first, second = store.put("mine", NAME).own, store.put("mine", CITY).own
    assert store.get("mine").version == second.version
    assert store.get(first.reference).json_schema == NAME


def test_what_was_before_can_become_the_newest_again(store):
    for one in (NAME, CITY, NAME):
        store.put("mine", one)
    assert store.get("mine").json_schema == NAME


def test_names_are_sorted(store):
    assert store.names() == ()
    store.put("b", NAME)
    store.put("a", NAME)
    assert store.names() == ("a", "b")


@pytest.mark.parametrize("reference", ["none", "../a", "mine@", "mine@0123456789abcdef", "A", ""])
def test_what_is_not_there_is_not_found(store, reference):
    store.put("mine", NAME)
    assert store.get(reference) is None


@pytest.mark.parametrize("name", ["Mine", "../mine", "", "1a", "a" * 65])
def test_a_name_that_is_none_is_refused(store, name):
    with pytest.raises(SchemaError, match="cannot name a schema"):
        store.put(name, NAME)


def test_what_cannot_be_asked_is_not_kept(store):
    with pytest.raises(SchemaError):
        store.put("mine", {"type": "object", "properties": {"x": {"not": {}}}})
    assert store.names() == ()


def test_versions_that_are_put_at_once_are_all_kept_and_all_agree_on_the_newest():
    def put(schema):
        return lambda files: OwnSchemas(files).put("mine", schema).own.reference

    newest = set()
    for files, references in interleavings(DictFiles, put(NAME), put(CITY)):
        found = OwnSchemas(files).get("mine")
        assert found.reference in references
        assert all(OwnSchemas(files).get(reference) for reference in references)
        newest.add(found.reference)
    assert len(newest) == 2


def test_a_schema_that_was_erased_is_not_found(store, files):
    kept = store.put("mine", NAME)
    assert store.get("mine")
    files.erase(".schemas")
    assert store.get("mine") is store.get(kept.own.reference) is None
    assert store.put("mine", NAME).is_new_name


def test_what_else_lies_in_the_folder_names_no_schema(store, files):
    files.put({".schemas/.lock": b""})
    assert store.names() == ()
