from contract.tally import operations_in, read_tally

TALLY = read_tally(
    '[["GET /a", 200, 3], ["GET /a", 422, 2], ["PUT /a", 404, 1], ["GET /b", 503, 1]]'
)


def test_all_answers_count():
    assert TALLY.num_cases == 7


def test_errors_of_the_server_are_counted_apart():
    assert TALLY.num_server_errors == 1


def test_operations_that_never_succeeded_are_named_also_those_never_tried():
    tried = TALLY.never_succeeded(["GET /a", "PUT /a", "GET /b", "GET /c"])
    assert tried == ["GET /b", "GET /c", "PUT /a"]


def test_a_line_tells_how_an_operation_was_answered():
    assert TALLY.line_of("GET /a").split() == ["GET", "/a", "200:", "3", "422:", "2"]


def test_operations_are_called_as_schemathesis_calls_them():
    document = {"paths": {"/a": {"get": {}, "put": {}}, "/b/{c}": {"delete": {}}}}
    assert operations_in(document) == ["GET /a", "PUT /a", "DELETE /b/{c}"]
