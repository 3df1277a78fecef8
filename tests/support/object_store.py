"""A server of S3's API for tests, in this process; what it keeps is gone with it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock
from uuid import uuid4

import fsspec
import pytest
from factsheet_service.stores.opening import open_files


@contextmanager
def s3_server() -> Iterator[None]:
    """Have all of this process that speaks S3 speak with a server of its own."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    settings = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    try:
        with mock.patch.dict(os.environ, settings):
            yield
    finally:
        server.stop()


def new_bucket() -> str:
    """The address of an empty bucket on the server."""
    name = f"test-{uuid4().hex}"
    fsspec.filesystem("s3", skip_instance_cache=True).mkdir(name)
    return f"s3://{name}"


@pytest.fixture(scope="session")
def s3():
    """A bucket behind a server of S3's API, which this process speaks with."""
    with s3_server():
        yield open_files(new_bucket())
