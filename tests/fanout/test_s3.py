"""Results through S3: a real server of its protocol, which fails for a while."""

import threading

import pytest
from dvc.repo import Repo

pytestmark = pytest.mark.long


class Failing:
    """Answers the first requests that write with 500, as a server in trouble does."""

    def __init__(self, server, failures):
        self.server, self.left = server, failures

    def __call__(self, environ, start_response):
        if self.left and environ["REQUEST_METHOD"] in {"PUT", "POST"} and environ["PATH_INFO"] != "/store":
            self.left -= 1
            start_response("500 Internal Server Error", [("Content-Length", "0")])
            return [b""]
        return self.server(environ, start_response)


@pytest.fixture
def s3(monkeypatch):
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    application = Failing(DomainDispatcherApplication(create_backend_app), 0)
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    application.url = f"http://127.0.0.1:{server.server_port}"
    yield application
    server.shutdown()
    thread.join()


def test_a_cell_comes_back_though_the_remote_fails_and_what_it_trained_is_kept(make_stub, s3):
    """The lock has an older entry, of which `dvc repro --pull` would fetch all and run nothing."""
    import boto3

    boto3.client("s3", endpoint_url=s3.url).create_bucket(Bucket="store")
    project = make_stub({"a": {}})
    project.remote("s3://store/dvc", endpointurl=s3.url)
    project.repro("train@a", "evaluate@a")
    with project.inside(), Repo() as repo:
        repo.push()
    project.settings({"a": {"epochs": 2}})
    s3.left = 10**6
    said = project.fanout("cell", "a", "--through", "remote", "--patience", "0", status=1)
    assert "`dvc push` ended with" in said
    s3.left = 3
    said = project.fanout("cell", "a", "--through", "remote")
    assert s3.left == 0
    assert "trying again" in said
    assert len(project.trained()) == 2, "the worker's own cache has what was trained"
    assert (project.path / "a.csv").read_text() == "A 2 FACES"
    assert project.stale() == {"report"}
