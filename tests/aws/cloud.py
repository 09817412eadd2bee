"""A local Amazon Translate with S3 on loopback, for the real boto3: nothing leaves the machine.

    with cloud() as aws:                       # in a test: S3 by moto, Translate by tests/aws
        aws.machine.learn("tr", lines)         # recordings: JSON lines of {"source", "target"}
        aws.rules.job_polls = 3                # the job is done when it was looked at three times
        aws.trouble.faults.append(Fault("StartTextTranslationJob", "TooManyRequestsException"))
        main(["sync", …])                      # with aws.environment in os.environ

    python -m tests.aws.cloud --recording tr=FILE.jsonl    # the same for a shell: prints exports

Paragraphs are translated from the recordings, else by the parallel data, else they get a visible
marking («tr» …). `aws.service.paid` lists each paragraph that was billed, `aws.service.jobs` the jobs,
`aws.wire.calls` the calls; `aws.wire.defects` must stay empty: it holds replies of this fake that the
service model does not allow. `Damage` breaks protected spans, `Rules` fails, loses, truncates and adds
documents, `Fault` and `Trouble.throttle` are errors on the wire, `aws.s3_trouble` those of S3.

What it cannot tell: see "What a real account does differently" in docs/setup-aws.md.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import BaseWSGIServer, make_server

from amts_bot.adapters.amazon.translate import connect
from amts_bot.ports import Cloud as Ports
from tests.aws.machine import Machine
from tests.aws.service import ROLE, Rules, Service
from tests.aws.wire import Trouble, Wire

BUCKET = "amts-books"
REGION = "us-east-1"
_POLL = 0.01  # seconds until a server notices that it should stop
_INSIDE = "amts-local-service"  # user agent of the service itself: no trouble for it
_ERROR = (
    b"<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>"
)


@dataclass
class S3Trouble:
    """`forbidden` are actions of S3 and IAM that no policy allows. The next `times` requests,
    and a random `share` of all, are answered with `status`; `on_call` is told of every request before that,
    `on_reply` when it has been done."""

    share: float = 0.0
    times: int = 0
    status: str = "500 Internal Server Error"
    dice: random.Random = field(default_factory=lambda: random.Random(0))
    forbidden: set[str] = field(default_factory=set)
    on_call: Callable[[], None] = lambda: None
    on_reply: Callable[[], None] = lambda: None

    def strikes(self) -> bool:
        """Whether this request is hit."""
        self.on_call()
        self.times -= 1
        return self.times >= 0 or self.dice.random() < self.share


@dataclass
class Cloud:
    """Everything that a test turns or looks at."""

    wire: Wire
    service: Service
    s3_trouble: S3Trouble
    s3: Any
    bucket: str
    environment: dict[str, str]

    @property
    def machine(self) -> Machine:
        return self.service.machine

    @property
    def rules(self) -> Rules:
        return self.service.rules

    @property
    def trouble(self) -> Trouble:
        return self.wire.trouble

    def reset(self) -> None:
        """All as new, and the bucket empty."""
        self.service = Service(storage=self.service.storage, machine=Machine())
        self.wire.handle, self.wire.trouble = self.service.handle, Trouble()
        self.wire.calls, self.wire.defects = [], []
        self.s3_trouble.share, self.s3_trouble.times = 0.0, 0
        self.s3_trouble.on_call = self.s3_trouble.on_reply = lambda: None
        self.s3_trouble.forbidden = set()
        # Whoever mocks AWS in this process leaves moto without buckets; making one's own again is no error.
        self.s3.create_bucket(Bucket=self.bucket)
        names = self.service.storage.names(self.bucket, "")
        if names:
            rows = [{"Key": name} for name in names]
            self.s3.delete_objects(Bucket=self.bucket, Delete={"Objects": rows})


class _Storage:
    """The service's own S3."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def exists(self, bucket: str) -> bool:
        try:
            self._client.head_bucket(Bucket=bucket)
        except ClientError:
            return False
        return True

    def names(self, bucket: str, prefix: str) -> list[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return [row["Key"] for page in pages for row in page.get("Contents", [])]

    def get(self, bucket: str, name: str) -> bytes:
        return bytes(self._client.get_object(Bucket=bucket, Key=name)["Body"].read())

    def put(self, bucket: str, name: str, content: bytes) -> None:
        self._client.put_object(Bucket=bucket, Key=name, Body=content)

    def link(self, bucket: str, name: str) -> str:
        place = {"Bucket": bucket, "Key": name}
        return str(self._client.generate_presigned_url("get_object", Params=place))


def _troubled(application: Any, trouble: S3Trouble) -> Callable[[Any, Any], Iterable[bytes]]:
    def serve(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if _INSIDE not in environ.get("HTTP_USER_AGENT", "") and trouble.strikes():
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            start(trouble.status, [("Content-Type", "application/xml")])
            return [_ERROR]
        action = _action(environ)
        if _INSIDE not in environ.get("HTTP_USER_AGENT", "") and action in trouble.forbidden:
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            start("403 Forbidden", [("Content-Type", "application/xml")])
            denied = _DENIED % action.encode()
            if action.startswith("iam"):
                denied = b"<ErrorResponse>%s</ErrorResponse>" % denied
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [denied]
        reply: Iterable[bytes] = application(environ, start)
        if _INSIDE not in environ.get("HTTP_USER_AGENT", ""):
            trouble.on_reply()
        return reply

    return serve


_DENIED = (
    b"<Error><Code>AccessDenied</Code><Message>User is not authorized to perform: %s because no "
    b"identity-based policy allows it</Message></Error>"
)


def _action(environ: dict[str, Any]) -> str:
    """The right that a request to S3 or IAM needs."""
    if "/iam/" in environ.get("HTTP_AUTHORIZATION", ""):
        return "iam:GetRole"
    if "/s3/" not in environ.get("HTTP_AUTHORIZATION", ""):
        return ""
    method, query = environ["REQUEST_METHOD"], environ.get("QUERY_STRING", "")
    if "delete" in query:
        return "s3:DeleteObject"
    of_bucket = environ.get("PATH_INFO", "").strip("/").count("/") == 0
    if of_bucket:
        return "s3:ListBucket"
    return {"PUT": "s3:PutObject"}.get(method, "s3:GetObject")


class _Quiet(MotoRequestHandler):
    def log_request(self, *_arguments: Any) -> None:
        """Silent."""


@contextmanager
def _s3(trouble: S3Trouble) -> Iterator[str]:
    application = _troubled(DomainDispatcherApplication(create_backend_app), trouble)
    server: BaseWSGIServer = make_server(
        "127.0.0.1", 0, application, threaded=True, request_handler=_Quiet
    )
    thread = threading.Thread(target=server.serve_forever, args=(_POLL,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def cloud(bucket: str = BUCKET, port: int = 0) -> Iterator[Cloud]:
    """S3 and Translate, running until the block ends; the bucket is there and empty."""
    s3_trouble = S3Trouble()
    with _s3(s3_trouble) as s3_url:
        keys = {
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": REGION,
        }
        make: Any = boto3.client
        client = make(
            "s3",
            endpoint_url=s3_url,
            region_name=REGION,
            aws_access_key_id="local",
            aws_secret_access_key="local",
            config=Config(user_agent_extra=_INSIDE),
        )
        client.create_bucket(Bucket=bucket)
        _make_role(make, s3_url)
        service = Service(storage=_Storage(client), machine=Machine())
        with Wire(service.handle, Trouble(), port) as wire:
            urls = {
                **{f"AWS_ENDPOINT_URL_{name}": s3_url for name in ("S3", "STS", "IAM")},
                "AWS_ENDPOINT_URL_TRANSLATE": wire.url,
            }
            local = Cloud(
                wire=wire,
                service=service,
                s3_trouble=s3_trouble,
                s3=client,
                bucket=bucket,
                environment={**keys, **urls},
            )
            local.reset()  # moto keeps its buckets as long as the process lives
            yield local


def _make_role(make: Any, url: str) -> None:
    """The data access role, which Amazon Translate may take on; one that stands there already stays."""
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local", "region_name": REGION}
    iam = make("iam", endpoint_url=url, **keys)
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "translate.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": statement})
    with suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName=ROLE.rpartition("/")[2], AssumeRolePolicyDocument=policy)


@cache
def connected(bucket: str, region: str) -> Ports:
    """`connect` for tests: boto3 takes a fifth of a second to make its clients."""
    return connect(bucket, region)


def main() -> int:
    """Serves until the input ends (Ctrl-D), for rehearsals in another shell."""
    parser = argparse.ArgumentParser(prog="python -m tests.aws.cloud", description=__doc__)
    parser.add_argument("--recording", action="append", default=[], metavar="LANGUAGE=FILE")
    parser.add_argument("--bucket", default=BUCKET)
    parser.add_argument("--polls", type=int, default=0, help="looks until a job is done")
    arguments = parser.parse_args()
    with cloud(arguments.bucket) as aws:
        aws.rules.job_polls = aws.rules.import_polls = arguments.polls
        for given in arguments.recording:
            language, _, file = given.partition("=")
            aws.machine.learn(language, Path(file).read_text(encoding="utf-8").splitlines())
        for name, value in aws.environment.items():
            print(f"export {name}={value}")
        print(f"# [amazon] bucket = {arguments.bucket!r}, role = {ROLE!r}", flush=True)
        sys.stdin.read()
    return 0


if __name__ == "__main__":
    sys.exit(main())
