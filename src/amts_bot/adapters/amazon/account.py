"""Who we are for AWS, and the role that is handed to Amazon Translate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from botocore.exceptions import ClientError

from amts_bot.adapters.amazon.errors import code_of, explained
from amts_bot.model.amazon import DataRole, Identity


class AwsAccount:
    """The account of the credentials. Every method raises AmtsError that says what to change."""

    def __init__(self, client: Callable[[Literal["sts", "iam"]], Any]) -> None:
        self._client = client  # boto3 needs a while to make one, and few commands ask

    def identity(self) -> Identity:
        """Whose credentials these are. Needs no right."""
        with explained("sts"):
            found = self._client("sts").get_caller_identity()
        return Identity(found["Account"], found["Arn"])

    def role(self, arn: str) -> DataRole | None:
        """The role and who may take it on; None when there is none of that name."""
        with explained("iam"):
            try:
                found = self._client("iam").get_role(RoleName=arn.rpartition("/")[2])["Role"]
            except ClientError as error:
                if code_of(error) == "NoSuchEntity":
                    return None
                raise
        return DataRole(str(found["Arn"]), _trusted(found["AssumeRolePolicyDocument"]))


def _trusted(policy: Mapping[str, Any]) -> tuple[str, ...]:
    """The services that a trust policy lets in, whatever the conditions."""
    rows = [row for row in _list(policy.get("Statement")) if row.get("Effect") == "Allow"]
    principals = [row.get("Principal") for row in rows]
    return tuple(
        str(name)
        for principal in principals
        if isinstance(principal, dict)
        for name in _list(principal.get("Service"))
    )


def _list(value: Any) -> Sequence[Any]:
    """Policies write one value as itself, several as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]
