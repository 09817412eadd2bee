"""May we do this? Each action is asked for with a call that the service must refuse for another reason: nothing
is made, changed, deleted or paid. IAM answers before the service looks at what is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from amts_bot.adapters.amazon.errors import explained
from amts_bot.errors import AccessDenied, AmtsError

if TYPE_CHECKING:
    from mypy_boto3_translate import TranslateClient

# By call of boto3, its arguments; {name} is that of a resource that does not exist, {bucket} ours.
_NOWHERE = {"S3Uri": "s3://{bucket}/{name}/nothing.csv", "Format": "CSV"}
# From English to English: nothing is translated, nothing is billed.
_SAME = {"SourceLanguageCode": "en", "TargetLanguageCode": "en"}
_EMPTY = {"Content": b"<html></html>", "ContentType": "text/html"}
_TOKEN = {"ClientToken": "{name}"}
_CALLS: Mapping[str, dict[str, Any]] = {
    "describe_text_translation_job": {"JobId": "0" * 32},
    "stop_text_translation_job": {"JobId": "0" * 32},
    "list_text_translation_jobs": {"MaxResults": 1},
    "list_parallel_data": {"MaxResults": 1},
    "list_terminologies": {"MaxResults": 1},
    "list_languages": {"MaxResults": 1},
    "get_parallel_data": {"Name": "{name}"},
    "update_parallel_data": {"Name": "{name}", "ParallelDataConfig": _NOWHERE, **_TOKEN},
    "delete_parallel_data": {"Name": "{name}"},
    "get_terminology": {"Name": "{name}"},
    # A terminology of one language is none; should the service take it, the next call deletes it.
    "import_terminology": {
        "Name": "{name}",
        "MergeStrategy": "OVERWRITE",
        "TerminologyData": {"File": b"en\n", "Format": "CSV"},
    },
    "delete_terminology": {"Name": "{name}"},
    "translate_text": {"Text": "A", **_SAME},
    "translate_document": {"Document": _EMPTY, **_SAME},
}


class AmazonProbes:
    """The actions of Amazon Translate, in one region and with one bucket."""

    def __init__(self, client: TranslateClient, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def refusals(self, name: str, existing: str = "") -> dict[str, str]:
        """By action, why it is refused, "" for one that is allowed.

        `name` is that of no resource but of the names that the policy allows; `existing` that of parallel
        data that is there, "" leaves out the action that only such a one can tell of.
        """
        calls = dict(_CALLS)
        if existing:
            wanted = {"Name": existing, "ParallelDataConfig": _NOWHERE, **_TOKEN}
            calls["create_parallel_data"] = wanted
        action = self._client.meta.method_to_api_mapping
        return {
            f"translate:{action[call]}": self._refusal(getattr(self._client, call), given, name)
            for call, given in calls.items()
        }

    def _refusal(self, call: Callable[..., Any], arguments: Mapping[str, Any], name: str) -> str:
        places = {"name": name, "bucket": self._bucket}
        try:
            with explained("translate", self._client.meta.region_name):
                call(**_filled(arguments, places))
        except AccessDenied as error:
            return str(error)
        except AmtsError as error:
            return str(error) if "NotAuthorized" in str(error) else ""
        return ""


def _filled(arguments: Mapping[str, Any], places: Mapping[str, str]) -> dict[str, Any]:
    return {key: _value(value, places) for key, value in arguments.items()}


def _value(value: Any, places: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return _filled(value, places)
    return value.format_map(places) if isinstance(value, str) else value
