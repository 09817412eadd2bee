# The container of action.yml. The Actions runner sets three rules for it: the user stays root, because
# the mounted workspace is not writable for others; there is no WORKDIR, because the runner sets it to the
# workspace; and the entry point is an absolute path.
FROM python:3.11-slim-bookworm

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore \
    PYTHONUNBUFFERED=1

# Git is not pinned: Debian removes a version from its archive when a security fix replaces it.
# The workspace belongs to the runner's user, and git refuses a repository of another owner; the runner also
# moves HOME, so only the system's configuration is sure to be read. The star covers submodules.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates git \
    && rm -rf /var/lib/apt/lists/* \
    && git config --system --add safe.directory '*'

COPY requirements/runtime.txt /opt/amts-bot/requirements/
# Of blingfire only the library for Linux is used: its sentence model is inside, and 96 MB of models for tokenizers are
# not needed.
RUN pip install --no-cache-dir --require-hashes --requirement /opt/amts-bot/requirements/runtime.txt \
    && find /usr/local/lib/python3.11/site-packages -path '*/blingfire/*' \
    -regex '.*\.\(bin\|i2w\|dll\|dylib\|pdb\)' -delete

COPY LICENSE README.md pyproject.toml /opt/amts-bot/
COPY examples /opt/amts-bot/examples
COPY src /opt/amts-bot/src
RUN pip install --no-cache-dir --no-deps --no-build-isolation /opt/amts-bot

ENTRYPOINT ["/usr/local/bin/amts-bot"]
