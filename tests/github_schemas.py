"""GitHub's published schemas, as the models that githubkit generates from them: all that the local GitHub answers
is held against them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from githubkit.graphql.models import GraphQLResponse
from githubkit_schemas.latest import models
from pydantic import TypeAdapter, ValidationError

__all__ = ["Answered", "GraphQLResponse", "check", "models"]


@dataclass(frozen=True)
class Answered:
    """One answer: to which call, the schema of the call's route (None where there is none), status, content."""

    call: str
    schema: Any
    status: int
    content: bytes


def check(answered: Iterable[Answered]) -> None:
    """Fails where an answer is not what GitHub would say, or where nobody knows what that would be."""
    found = [fault for answer in dict.fromkeys(answered) for fault in faults(answer)]
    assert not found, "\n".join(found)


def faults(answer: Answered) -> Iterator[str]:
    """What is wrong with an answer. Those of status 500 and more are not GitHub's own, and have no schema."""
    if answer.schema is None:
        yield f"{answer.call}: no schema for this call"
    elif answer.status < 500:
        yield from (f"{answer.call}: {wrong}" for wrong in _wrong(answer.content, _adapter(answer)))


def _adapter(answer: Answered) -> TypeAdapter[Any]:
    if answer.status < 300:
        return _parser(answer.schema)
    if answer.status == 422:  # it tells of fields, or in sentences
        return _parser(models.ValidationError | models.ValidationErrorSimple)
    return _parser(models.BasicError)


@cache
def _parser(schema: Any) -> TypeAdapter[Any]:
    return TypeAdapter(schema)


def _wrong(content: bytes, parser: TypeAdapter[Any]) -> Iterator[str]:
    try:
        parsed = parser.validate_json(content)
    except ValidationError as error:
        yield str(error)
        return
    known = parser.dump_python(parsed, by_alias=True, exclude_unset=True)
    given = _parser(Any).validate_json(content)
    yield from (f"{where} is no field of the schema" for where in _left_out(given, known))


def _left_out(given: Any, known: Any, where: str = "answer") -> Iterator[str]:
    """The keys that parsing dropped: the schema does not have them."""
    if isinstance(given, list):
        for number, (one, other) in enumerate(zip(given, known, strict=True)):
            yield from _left_out(one, other, f"{where}[{number}]")
    elif isinstance(given, dict):
        yield from (f"{where}.{key}" for key in given.keys() - known.keys())
        for key in given.keys() & known.keys():
            yield from _left_out(given[key], known[key], f"{where}.{key}")
