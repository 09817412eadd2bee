"""The rights of the workflow's role, by the statement of the template that grants them.

A test holds the table against infrastructure/amts-bot.yaml, so that a message can name the line to look at.
"""

from __future__ import annotations

TEMPLATE = "infrastructure/amts-bot.yaml"

# By `Sid` of the policy of CallerRole.
STATEMENTS: dict[str, tuple[str, ...]] = {
    "Files": ("s3:GetObject", "s3:PutObject"),
    "DeleteFiles": ("s3:DeleteObject",),
    "ListFiles": ("s3:ListBucket",),
    "StartJobs": ("translate:StartTextTranslationJob",),
    "Jobs": (
        "translate:DescribeTextTranslationJob",
        "translate:ListLanguages",
        "translate:ListParallelData",
        "translate:ListTerminologies",
        "translate:ListTextTranslationJobs",
        "translate:StopTextTranslationJob",
        "translate:TranslateDocument",
        "translate:TranslateText",
    ),
    "Resources": (
        "translate:CreateParallelData",
        "translate:DeleteParallelData",
        "translate:DeleteTerminology",
        "translate:GetParallelData",
        "translate:GetTerminology",
        "translate:ImportTerminology",
        "translate:UpdateParallelData",
    ),
    "HandRoleToTheService": ("iam:PassRole",),
    "LookAtTheRole": ("iam:GetRole",),
}


def line_of(action: str) -> str:
    """Where the template grants an action, in words."""
    for statement, actions in STATEMENTS.items():
        if action in actions:
            return f"in {TEMPLATE} that is {action} in the statement {statement!r} of CallerRole"
    return "docs/setup-aws.md says how the role is made"
