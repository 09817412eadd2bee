"""AWS JSON 1.1 as boto3 speaks it, checked against botocore's own model of Amazon Translate.

A request that the model does not allow is answered as the service would (ValidationException); a
*reply* of ours that the model does not allow is a defect of the fake, kept in `defects`.
"""

from __future__ import annotations

import base64
import json
import random
import re
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import botocore.session

TARGET = "AWSShineFrontendService_20170701."
MODEL = botocore.session.get_session().get_service_model("translate")
# Codes that belong to no operation of the model, with the status that AWS gives them.
_STATUS = {
    "ValidationException": 400,
    "ThrottlingException": 400,
    "AccessDeniedException": 400,
    "ExpiredTokenException": 400,
    "UnrecognizedClientException": 400,
    "InvalidSignatureException": 400,
    "NotAuthorizedException": 400,
    "UnknownOperationException": 404,
    "InternalFailure": 500,
}


class ServiceError(Exception):
    """An error reply: its code and message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def status_of(code: str) -> int:
    """The HTTP status of an error code, as the model has it."""
    for shape in MODEL.error_shapes:
        if shape.name == code:
            return int(shape.metadata["error"]["httpStatusCode"])
    return _STATUS[code]


@dataclass
class Fault:
    """An error that the next `times` calls of an operation get.

    `after` lets the service do its work first: the reply is lost, what was asked for was done.
    """

    operation: str
    code: str
    times: int = 1
    after: bool = False
    message: str = ""

    def due(self, operation: str, after: bool) -> bool:
        """Whether this call is hit; counts it."""
        if self.times < 1 or self.operation != operation or self.after != after:
            return False
        self.times -= 1
        return True


@dataclass
class Trouble:
    """What goes wrong on purpose. `throttle` is the share of calls that are refused at random;
    `on_call` is told of every call before it is answered, `on_reply` when it has been done and nobody knows it
    yet; `forbidden` are actions that no policy allows."""

    faults: list[Fault] = field(default_factory=list)
    throttle: float = 0.0
    seed: int = 0
    forbidden: set[str] = field(default_factory=set)
    on_call: Callable[[], None] = lambda: None
    on_reply: Callable[[], None] = lambda: None
    _dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)

    def strike(self, operation: str, *, after: bool = False) -> None:
        """Raises what is due for this call."""
        (self.on_reply if after else self.on_call)()
        self._ask_the_policy(operation)
        if not after and self._dice.random() < self.throttle:
            raise ServiceError("TooManyRequestsException", "Rate exceeded")
        for fault in self.faults:
            if fault.due(operation, after):
                raise ServiceError(fault.code, fault.message or f"{fault.code} on purpose")

    def _ask_the_policy(self, operation: str) -> None:
        """The words of AWS; a job hands its role to the service."""
        needed = [f"translate:{operation}"]
        needed += ["iam:PassRole"] * (operation == "StartTextTranslationJob")
        for action in needed:
            if action in self.forbidden:
                raise ServiceError(
                    "AccessDeniedException",
                    f"User: {CALLER} is not authorized to perform: {action} because no identity-based policy "
                    "allows it",
                )


CALLER = "arn:aws:sts::123456789012:assumed-role/amts-CallerRole/run"
Handle = Callable[[str, dict[str, Any]], dict[str, Any]]


class Wire(ThreadingHTTPServer):
    """Serves `handle(operation, parameters)` on loopback. `calls` counts what was asked."""

    daemon_threads = True

    def __init__(self, handle: Handle, trouble: Trouble, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.handle, self.trouble = handle, trouble
        self.calls: list[str] = []
        self.defects: list[str] = []
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> Wire:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away, as one that was killed does, is no error of ours."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def answer(self, operation: str, parameters: Any) -> dict[str, Any]:
        """One call at a time: the state behind it is not locked."""
        with self._lock:
            self.calls.append(operation)
            self.trouble.strike(operation)
            model = MODEL.operation_model(operation)
            wrong = violations(model.input_shape, parameters)
            if wrong:
                raise ServiceError("ValidationException", "; ".join(wrong))
            reply = self.handle(operation, _decoded(parameters))
            self.defects += violations(model.output_shape, reply)
            self.trouble.strike(operation, after=True)
            return reply


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Wire

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            operation = self._operation()
            self._reply(200, self.server.answer(operation, json.loads(body)))
        except ServiceError as error:
            self._reply(status_of(error.code), {"__type": error.code, "Message": str(error)})

    def _operation(self) -> str:
        target = self.headers.get("X-Amz-Target", "")
        if self.headers.get("Content-Type") != "application/x-amz-json-1.1":
            raise ServiceError("ValidationException", "this fake speaks AWS JSON 1.1 only, no CBOR")
        if "/translate/aws4_request" not in self.headers.get("Authorization", ""):
            raise ServiceError("InvalidSignatureException", "not signed for service translate")
        operation = target.removeprefix(TARGET)
        if not target.startswith(TARGET) or operation not in MODEL.operation_names:
            raise ServiceError("UnknownOperationException", f"no operation {target!r}")
        return operation

    def _reply(self, status: int, content: Mapping[str, Any]) -> None:
        body = json.dumps(content, default=_encoded).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: boto3's own log says it all."""


def _encoded(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value)} in a reply")


def _decoded(parameters: Any) -> Any:
    """The blobs that this service takes, as bytes."""
    for member, blob in (("TerminologyData", "File"), ("Document", "Content")):
        if member in parameters:
            parameters[member][blob] = base64.b64decode(parameters[member][blob])
    return parameters


# ------------------------------------------------------------------ the model's rules

_KINDS: dict[str, type | tuple[type, ...]] = {
    "structure": dict,
    "list": list,
    "string": str,
    "integer": int,
    "long": int,
    "timestamp": (int, float, datetime),
    "blob": (str, bytes),
}


def violations(shape: Any, value: Any, path: str = "") -> list[str]:
    """What of `value` the model does not allow: type, unknown and missing members, size, pattern, enum."""
    if shape is None:
        return []
    right_kind: bool = isinstance(value, _KINDS[shape.type_name])
    if not right_kind:
        return [f"{path}: not a {shape.type_name}"]
    found = _limits(shape, value, path)
    if shape.type_name == "structure":
        found += [f"{path}.{name}: unknown" for name in value if name not in shape.members]
        found += [f"{path}.{name}: missing" for name in shape.required_members if name not in value]
        for name, member in shape.members.items():
            if name in value:
                found += violations(member, value[name], f"{path}.{name}")
    if shape.type_name == "list":
        for index, item in enumerate(value):
            found += violations(shape.member, item, f"{path}[{index}]")
    return found


def _limits(shape: Any, value: Any, path: str) -> list[str]:
    rules = shape.metadata
    size = value if isinstance(value, int | float) else _length(value)
    found = []
    if "min" in rules and size < rules["min"]:
        found.append(f"{path}: below the minimum of {rules['min']}")
    if "max" in rules and size > rules["max"] and shape.type_name != "blob":
        found.append(f"{path}: above the maximum of {rules['max']}")
    if rules.get("enum") and value not in rules["enum"]:
        found.append(f"{path}: {value!r} is none of {rules['enum']}")
    pattern = rules.get("pattern", "")
    if pattern and "M}" not in pattern and not re.fullmatch(_python(pattern), str(value)):
        found.append(f"{path}: {value!r} does not match {pattern}")
    return found


def _length(value: Any) -> int:
    return len(value) if isinstance(value, Sequence) else 0


def _python(pattern: str) -> str:
    """A pattern of the model without the classes that `re` does not know."""
    return pattern.replace(r"\p{L}\p{Z}\p{N}", r"\w ").replace(r"\p{ASCII}", r"[\x00-\x7f]")


FOR_EVER = 10**6
ANYWHERE = ("AccessDeniedException", "ExpiredTokenException", "UnrecognizedClientException")


def documented(*operations: str) -> list[tuple[str, str]]:
    """Every error that the service model gives an operation, and those that AWS gives everywhere."""
    return [
        (operation, code)
        for operation in operations
        for code in [*(s.name for s in MODEL.operation_model(operation).error_shapes), *ANYWHERE]
    ]
