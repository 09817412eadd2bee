"""A bucket: many small files up and down at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from amts_bot.adapters.amazon.errors import code_of, explained
from amts_bot.adapters.amazon.rights import line_of
from amts_bot.errors import AmtsError
from amts_bot.model.amazon import StoredFile

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

AT_ONCE = 16
_MOST_DELETED = 1000  # names in one call
_TYPES = {"html": "text/html; charset=utf-8", "csv": "text/csv; charset=utf-8"}


class Bucket:
    """The files of one bucket, by name. Every method raises AmtsError when S3 refuses."""

    def __init__(self, client: S3Client, name: str) -> None:
        self._client = client
        self._name = name

    def put(self, files: Mapping[str, bytes]) -> None:
        """Writes files; what is there already is overwritten."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            [*pool.map(self._put, files.items())]

    def names(self, folder: str) -> list[str]:
        """The names below a folder, which ends in "/"."""
        with explained("s3"):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._name, Prefix=folder
            )
            return [row["Key"] for page in pages for row in page.get("Contents", [])]

    def get(self, names: Iterable[str]) -> dict[str, bytes]:
        """The contents of files; those that do not exist are left out."""
        wanted = [*names]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            contents = pool.map(self._get, wanted)
            return {
                name: content
                for name, content in zip(wanted, contents, strict=True)
                if content is not None
            }

    def region(self) -> str:
        """Where the bucket is, "" where S3 does not say."""
        with explained("s3"):
            found = self._client.head_bucket(Bucket=self._name)
        return found.get("BucketRegion", "")

    def look(self, name: str) -> StoredFile:
        """One file as S3 keeps it."""
        with explained("s3"):
            found = self._client.head_object(Bucket=self._name, Key=name)
        written = found["LastModified"].timestamp()
        return StoredFile(name, written, found.get("ServerSideEncryption", ""))

    def files(self, folder: str) -> list[StoredFile]:
        """The files below a folder, with their times."""
        with explained("s3"):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._name, Prefix=folder
            )
            rows = [row for page in pages for row in page.get("Contents", [])]
        return [StoredFile(row["Key"], row["LastModified"].timestamp()) for row in rows]

    def delete(self, names: Sequence[str]) -> None:
        """Deletes files; those that are gone already are no error."""
        for start in range(0, len(names), _MOST_DELETED):
            part = names[start : start + _MOST_DELETED]
            rows: list[ObjectIdentifierTypeDef] = [{"Key": name} for name in part]
            with explained("s3"):
                done = self._client.delete_objects(
                    Bucket=self._name, Delete={"Objects": rows, "Quiet": True}
                )
            for error in done.get("Errors", [])[:1]:
                raise AmtsError(
                    f"{error.get('Key')} cannot be deleted: {error.get('Message')} ({error.get('Code')})\n"
                    f"the policy must allow s3:DeleteObject; {line_of('s3:DeleteObject')}"
                )

    def _put(self, file: tuple[str, bytes]) -> None:
        name, content = file
        kind = _TYPES.get(name.rpartition(".")[2], "application/octet-stream")
        with explained("s3"):
            self._client.put_object(Bucket=self._name, Key=name, Body=content, ContentType=kind)

    def _get(self, name: str) -> bytes | None:
        with explained("s3"):
            try:
                return self._client.get_object(Bucket=self._name, Key=name)["Body"].read()
            except ClientError as error:
                if code_of(error) in ("NoSuchKey", "404"):
                    return None
                raise
