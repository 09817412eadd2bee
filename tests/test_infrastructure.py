"""The CloudFormation template: lint, what it resolves to, and exactly the rights that the bot uses.

moto resolves parameters, conditions and references; nothing here has seen a real account.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from botocore import xform_name
from cfnlint.decode.cfn_yaml import load  # type: ignore[import-untyped]
from moto import mock_aws

from amts_bot.adapters.amazon.rights import STATEMENTS
from amts_bot.adapters.amazon.rights import TEMPLATE as TEMPLATE_NAME
from amts_bot.book import config
from amts_bot.book.config import AmazonSettings
from amts_bot.engines.jobs import MEMORY_DAYS

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "infrastructure" / "amts-bot.yaml"
ADAPTERS = sorted((ROOT / "src" / "amts_bot" / "adapters" / "amazon").glob("*.py"))

REGION, ACCOUNT = "eu-west-1", "123456789012"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
CLAIM = "token.actions.githubusercontent.com"

# What a call of the S3 client needs; calls of Amazon Translate are named like their rights:
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html
S3_RIGHTS = {
    "get_object": "s3:GetObject",
    "head_object": "s3:GetObject",
    "download_fileobj": "s3:GetObject",
    "put_object": "s3:PutObject",
    "upload_fileobj": "s3:PutObject",
    "head_bucket": "s3:ListBucket",
    "delete_objects": "s3:DeleteObject",
    "list_objects_v2": "s3:ListBucket",
}


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack that was created: its outputs, and of both roles who may take them on and do what."""

    outputs: Mapping[str, str]
    caller: tuple[Any, Any]
    service: tuple[Any, Any]


@pytest.fixture(scope="module")
def stacks() -> Iterator[dict[str, Stack]]:
    """Three stacks, with different parameters."""
    with pytest.MonkeyPatch.context() as monkeypatch, warnings.catch_warnings():
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
        monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
        # moto leaves the bucket policy out.
        warnings.filterwarnings("ignore", message="Tried to parse AWS::S3::BucketPolicy")
        with mock_aws():
            yield {
                "plain": create("plain"),
                "environment": create(
                    "environment",
                    Subject="environment:amts",
                    Prefix="book",
                    JobsWithoutParallelData="yes",
                ),
                "numbers": create("numbers", OwnerId="12", RepositoryId="345"),
            }


def create(name: str, **parameters: str) -> Stack:
    given = {"Repository": "ada/book", "OidcProvider": "exists", **parameters}
    client = boto3.client("cloudformation")
    client.create_stack(
        StackName=name,
        TemplateBody=TEMPLATE.read_text(encoding="utf-8"),
        Capabilities=["CAPABILITY_IAM"],
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in given.items()],
    )
    rows = client.describe_stacks(StackName=name)["Stacks"][0]["Outputs"]
    outputs = {row["OutputKey"]: row["OutputValue"] for row in rows}
    caller, service = outputs["CallerRoleArn"], outputs["DataAccessRoleArn"]
    return Stack(outputs, (trust(caller), policy(caller)), (trust(service), policy(service)))


def trust(arn: str) -> Any:
    """Who may take on a role, and when."""
    role = boto3.client("iam").get_role(RoleName=arn.rpartition("/")[2])["Role"]
    return role["AssumeRolePolicyDocument"]["Statement"]


def policy(arn: str) -> Any:
    """What a role may do."""
    iam, name = boto3.client("iam"), arn.rpartition("/")[2]
    [only] = iam.list_role_policies(RoleName=name)["PolicyNames"]
    document: Any = iam.get_role_policy(RoleName=name, PolicyName=only)["PolicyDocument"]
    # moto hands out the text of the dictionary.
    return (ast.literal_eval(document) if isinstance(document, str) else document)["Statement"]


def test_cfn_lint_has_nothing_to_say() -> None:
    regions = ["us-east-1", "us-west-2", "eu-west-1"]  # where parallel data can be used
    command = [
        str(Path(sys.executable).with_name("cfn-lint")),
        "--template",
        str(TEMPLATE),
        "--regions",
        *regions,
    ]
    lint = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (lint.returncode, lint.stdout, lint.stderr) == (0, "", "")


def test_the_outputs_are_what_the_configuration_needs(stacks: dict[str, Stack]) -> None:
    outputs = stacks["environment"].outputs
    text = '[source]\nsubmodule = "english"\n[languages.tr]\n' + outputs["Settings"]
    assert config.parse(text).amazon == AmazonSettings(
        bucket=outputs["BucketName"],
        role=outputs["DataAccessRoleArn"],
        region=REGION,
        prefix="book",
        parallel_data="book-{language}",
        terminology="book-{language}",
    )


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("plain", "repo:ada/book:ref:refs/heads/main"),
        ("environment", "repo:ada/book:environment:amts"),
        ("numbers", "repo:ada@12/book@345:ref:refs/heads/main"),
    ],
)
def test_only_one_branch_or_environment_of_one_repository_takes_on_the_role(
    stacks: dict[str, Stack], name: str, subject: str
) -> None:
    assert stacks[name].caller[0] == [
        {
            "Effect": "Allow",
            "Principal": {"Federated": PROVIDER},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "StringEquals": {f"{CLAIM}:aud": "sts.amazonaws.com", f"{CLAIM}:sub": subject}
            },
        }
    ]


def test_the_service_reads_and_writes_the_files_of_this_account_only(
    stacks: dict[str, Stack],
) -> None:
    stack = stacks["plain"]
    bucket = f"arn:aws:s3:::{stack.outputs['BucketName']}"
    assert stack.service == (
        [
            {
                "Effect": "Allow",
                "Principal": {"Service": "translate.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": ACCOUNT},
                    "ArnLike": {"aws:SourceArn": f"arn:aws:translate:{REGION}:{ACCOUNT}:*"},
                },
            }
        ],
        [
            {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": bucket},
            {
                "Effect": "Allow",
                "Action": ["s3:GetObject", "s3:PutObject"],
                "Resource": f"{bucket}/amts/*",
            },
        ],
    )


def test_the_workflow_hands_one_role_to_one_service_and_stays_in_its_folder(
    stacks: dict[str, Stack],
) -> None:
    stack = stacks["plain"]
    bucket = f"arn:aws:s3:::{stack.outputs['BucketName']}"
    named = f"arn:aws:translate:{REGION}:{ACCOUNT}:"
    statements = {row["Sid"]: row for row in stack.caller[1]}
    assert {sid: row["Resource"] for sid, row in statements.items()} == {
        "Files": [f"{bucket}/amts/*", f"{bucket}/ledger/*"],
        "DeleteFiles": f"{bucket}/amts/*",
        "ListFiles": bucket,
        "StartJobs": [f"{named}parallel-data/amts-*", f"{named}terminology/amts-*"],
        "Jobs": "*",
        "Resources": [f"{named}parallel-data/amts-*", f"{named}terminology/amts-*"],
        "HandRoleToTheService": stack.outputs["DataAccessRoleArn"],
        "LookAtTheRole": stack.outputs["DataAccessRoleArn"],
    }
    more = {row["Sid"]: row for row in stacks["environment"].caller[1]}
    assert more["StartJobs"]["Resource"] == "*"
    assert {sid: row["Condition"] for sid, row in statements.items() if "Condition" in row} == {
        "ListFiles": {"StringLikeIfExists": {"s3:prefix": ["amts/*", "ledger/*"]}},
        "HandRoleToTheService": {
            "StringEquals": {"iam:PassedToService": "translate.amazonaws.com"}
        },
    }


def granted(stack: Stack) -> set[str]:
    actions = [row["Action"] for row in stack.caller[1]]
    return {name for row in actions for name in ([row] if isinstance(row, str) else row)}


def called(sources: list[str]) -> set[str]:
    """The rights that calls of boto3 clients need: `client.NAME(…)`, or "NAME" for a paginator."""
    session = botocore.session.get_session()
    translate = {
        xform_name(name): f"translate:{name}"
        for name in session.get_service_model("translate").operation_names
    }
    s3 = {xform_name(name) for name in session.get_service_model("s3").operation_names}
    names = {name for source in sources for name in _names(ast.parse(source))}
    unknown = {name for name in names & s3 if name not in S3_RIGHTS}
    assert unknown == set(), "say in S3_RIGHTS what these calls need"
    rights = translate | S3_RIGHTS | {"get_role": "iam:GetRole"}
    needed = {rights[name] for name in names if name in rights}
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_translate.html
    return needed | ({"iam:PassRole"} if "start_text_translation_job" in names else set())


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_the_workflow_may_do_what_the_bot_does_and_nothing_else(stacks: dict[str, Stack]) -> None:
    calls = called([file.read_text(encoding="utf-8") for file in ADAPTERS])
    assert calls == granted(stacks["plain"])


def test_messages_name_the_statement_of_the_template_that_grants_an_action(
    stacks: dict[str, Stack],
) -> None:
    rows = {row["Sid"]: row["Action"] for row in stacks["plain"].caller[1]}
    lists = {sid: [it] if isinstance(it, str) else it for sid, it in rows.items()}
    assert lists == {sid: [*actions] for sid, actions in STATEMENTS.items()}
    assert (ROOT / TEMPLATE_NAME).exists()


def test_the_bucket_keeps_files_for_longer_than_the_bot_looks_back() -> None:
    assert load(str(TEMPLATE))["Parameters"]["KeepDays"]["MinValue"] > MEMORY_DAYS


def test_calls_are_found_however_they_are_written() -> None:
    source = """
        self._client.start_text_translation_job(JobName="x")
        client.get_paginator("list_objects_v2")
        partial(client.put_object, Bucket=bucket)
    """
    assert called([re.sub(r"(?m)^ +", "", source)]) == {
        "translate:StartTextTranslationJob",
        "iam:PassRole",
        "s3:ListBucket",
        "s3:PutObject",
    }


def test_the_bucket_is_private_encrypted_and_forgets() -> None:
    resources = json.loads(json.dumps(load(str(TEMPLATE))["Resources"]))
    bucket = resources["Bucket"]["Properties"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["LifecycleConfiguration"]["Rules"] == [
        {
            "Id": "expire-runs",
            "Status": "Enabled",
            "Prefix": {"Fn::Sub": "${Prefix}/"},
            "ExpirationInDays": {"Ref": "KeepDays"},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        }
    ]
    [statement] = resources["BucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == (
        "Deny",
        "*",
        "s3:*",
    )
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


SETUP = ROOT / "docs" / "setup-aws.md"
GLOBAL_OPTIONS = {"--region", "--output", "--query"}
# Commands that are no operation of a service model:
# https://docs.aws.amazon.com/cli/latest/reference/
OWN_COMMANDS = {
    "cloudformation deploy": {
        "--stack-name",
        "--template-file",
        "--capabilities",
        "--parameter-overrides",
    },
    "cloudformation wait": {"--stack-name"},
    "s3 rm": {"--recursive"},
}


def aws_commands() -> list[tuple[str, set[str]]]:
    """Each call of the AWS command line on the setup page: service and operation, and its options."""
    blocks = re.findall(r"^```sh\n(.*?)^```", SETUP.read_text(encoding="utf-8"), re.M | re.S)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    calls = [re.sub(r'"[^"]*"', "X", call) for line in lines for call in line.split("aws ")[1:]]
    return [(" ".join(call.split()[:2]), set(re.findall(r"--[\w-]+", call))) for call in calls]


def options_of(service: str, operation: str) -> set[str]:
    if own := OWN_COMMANDS.get(f"{service} {operation}"):
        return own | GLOBAL_OPTIONS
    model = botocore.session.get_session().get_service_model(service)
    names = {xform_name(name, "-"): name for name in model.operation_names}
    members = model.operation_model(names[operation]).input_shape
    assert members is not None
    return {f"--{xform_name(name, '-')}" for name in members.members} | GLOBAL_OPTIONS


def test_every_aws_command_of_the_setup_page_exists() -> None:
    commands = aws_commands()
    assert len(commands) == 9
    unknown = {name: used - options_of(*name.split()) for name, used in commands}
    assert {name: options for name, options in unknown.items() if options} == {}


def test_the_setup_page_names_the_parameters_and_outputs_of_the_template() -> None:
    page, template = SETUP.read_text(encoding="utf-8"), load(str(TEMPLATE))
    rows = {name for row in re.findall(r"^\| (`.*?) \|", page, re.M) for name in _quoted(row)}
    assert set(template["Parameters"]) <= rows
    overrides = re.search(r"--parameter-overrides (.*?)\n```", page, re.S)
    assert overrides is not None
    given = re.findall(r"(\w+)=", overrides[1])
    assert set(given) <= set(template["Parameters"])
    assert set(re.findall(r"OutputKey=='(\w+)'", page)) <= set(template["Outputs"])


def test_the_setup_page_sets_the_variables_that_the_example_reads() -> None:
    example = (ROOT / "examples/translation/.github/workflows/amts.yml").read_text(encoding="utf-8")
    set_there = re.findall(r"gh variable set (\w+)", SETUP.read_text(encoding="utf-8"))
    assert set(set_there) == set(re.findall(r"vars\.(AMTS_AWS_\w+)", example))


def _quoted(row: str) -> list[str]:
    return re.findall(r"`(\w+)`", row)


def test_every_page_that_a_message_names_exists() -> None:
    sources = sorted((ROOT / "src").rglob("*.py"))
    named = {
        page
        for source in sources
        for page in re.findall(r"docs/[\w-]+\.md", source.read_text(encoding="utf-8"))
    }
    assert "docs/setup-aws.md" in named
    assert [page for page in sorted(named) if not (ROOT / page).exists()] == []
