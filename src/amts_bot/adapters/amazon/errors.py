"""What an error of AWS means to a maintainer: what happened, and which setting to change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from amts_bot.adapters.amazon.rights import line_of
from amts_bot.errors import AccessDenied, AmtsError, ServiceBusy

_CREDENTIALS = "check the step that gives the workflow its AWS credentials (aws-actions/configure-aws-credentials)"
_EXPIRED = (
    "the credentials have expired: run again; a job that was started continues without us; "
    "role-duration-seconds of aws-actions/configure-aws-credentials makes them last longer"
)
_DENIED = "the role of the workflow may not do this: its policy must allow {action}; {line}"
_NOT_THERE = (
    "Amazon says this where a region does not have the operation, and for accounts that may not use the service yet: "
    "is {operation} there in region {region}? Parallel data is documented for us-east-1, us-west-2 and eu-west-1 "
    "(set [amazon] region, with bucket and stack in the same one). If it is one of those, open Amazon Translate in "
    "the AWS console as the owner of the account, and look whether the account is complete or on hold"
)
_QUOTA = "a quota of the account is reached: try later, or request more in the AWS Service Quotas console"
_REGION = (
    "the bucket is in another region: [amazon] region must be the one of the bucket, and Amazon "
    "Translate must have Active Custom Translation there"
)
_LATER = "Amazon had trouble: run again later, nothing is lost"
_INVALID = (
    "check [amazon]: role must be one that translate.amazonaws.com may assume, with access to the bucket; "
    "bucket and region must belong together"
)
# By error code of the service; what is not listed is reported in the service's own words alone.
ADVICE = {
    "AccessDenied": _DENIED,
    "AccessDeniedException": _DENIED,
    "UnauthorizedOperation": _DENIED,
    "403": _DENIED,
    "NotAuthorizedException": _NOT_THERE,
    "NotAuthorized": _NOT_THERE,
    "OptInRequired": _NOT_THERE,
    "SubscriptionRequiredException": _NOT_THERE,
    "UnknownOperationException": _NOT_THERE,
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "RequestExpired": _EXPIRED,
    "InvalidAccessKeyId": _CREDENTIALS,
    "InvalidClientTokenId": _CREDENTIALS,
    "InvalidSignatureException": _CREDENTIALS,
    "SignatureDoesNotMatch": _CREDENTIALS,
    "UnrecognizedClientException": _CREDENTIALS,
    "NoSuchBucket": "set [amazon] bucket to the name of a bucket of this account",
    "PermanentRedirect": _REGION,
    "AuthorizationHeaderMalformed": _REGION,
    "IllegalLocationConstraintException": _REGION,
    "301": _REGION,
    "UnsupportedLanguagePairException": (
        "Amazon Translate has no such language pair: set service-code in the language's table"
    ),
    "ResourceNotFoundException": (
        "[amazon] names something that does not exist: parallel-data and terminology are made by "
        "amts-bot parallel-data push, in the region of [amazon] region"
    ),
    "LimitExceededException": _QUOTA,
    "TooManyRequestsException": _QUOTA,
    "ThrottlingException": _QUOTA,
    "SlowDown": _QUOTA,
    "InvalidRequestException": _INVALID,
    "InvalidParameterValueException": _INVALID,
    "ValidationException": _INVALID,
    "TextSizeLimitExceededException": "one stretch of English is too long: use engine amazon-act",
    "ConcurrentModificationException": "another import is running: run again when it is done",
    "ConflictException": "another operation on the same resource is running: run again when it is done",
    "InternalServerException": _LATER,
    "InternalFailure": _LATER,
    "InternalError": _LATER,
    "ServiceUnavailable": _LATER,
    "ServiceUnavailableException": _LATER,
    "500": _LATER,
    "503": _LATER,
}
_LOCAL = {
    "NoCredentialsError": f"there are no AWS credentials: {_CREDENTIALS}",
    "PartialCredentialsError": f"the AWS credentials are incomplete: {_CREDENTIALS}",
    "NoRegionError": "no AWS region is known: set [amazon] region",
    "EndpointConnectionError": "set [amazon] region to one that Amazon Translate has, such as us-east-1",
}


# What a second import of parallel data gets; which of them is not documented.
_BUSY = ("ConcurrentModificationException", "ConflictException", "LimitExceededException")


def code_of(error: ClientError) -> str:
    """The error code of the service."""
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def explained(service: str, region: str = "") -> Iterator[None]:
    """Turns what boto3 raises inside into an AmtsError. `service` is the prefix of IAM actions."""
    try:
        yield
    except ClientError as error:
        raise _kind(error)(_told(error, service, region)) from error
    except BotoCoreError as error:
        advice = _LOCAL.get(type(error).__name__, _LATER)
        raise AmtsError(f"Amazon cannot be reached: {error}\n{advice}") from error


def _kind(error: ClientError) -> type[AmtsError]:
    code = code_of(error)
    if ADVICE.get(code) is _DENIED:
        return AccessDenied
    return ServiceBusy if code in _BUSY else AmtsError


def _told(error: ClientError, service: str, region: str) -> str:
    code, operation = code_of(error), error.operation_name
    words = error.response.get("Error", {}).get("Message", "")
    advice = ADVICE.get(code, "docs/amazon.md lists Amazon's answers and what to do about them")
    # The service names what is missing, which may be another right than that of the call: iam:PassRole.
    named = _MISSING.search(words)
    action = named[1] if named else f"{service}:{_ACTIONS.get(operation, operation)}"
    place = f" in {region}" if region else ""
    told = advice.format(
        action=action,
        line=line_of(action),
        operation=operation,
        region=region or "of the environment",
    )
    return f"Amazon refused {operation}{place}: {words} ({code})\n{told}"


_MISSING = re.compile(r"not authorized to perform:? ([a-z0-9]+:\w+)")
# Where the action of the policy has another name than the operation.
_ACTIONS = {
    "HeadObject": "GetObject",
    "ListObjectsV2": "ListBucket",
    "HeadBucket": "ListBucket",
    "DeleteObjects": "DeleteObject",
}
