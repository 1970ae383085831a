# The first stage installs, the second runs: it has no build tools, is no root, and writes to /data
# alone, so its root file system can be read-only. tests/test_container.py runs these very lines.
#
# The digest is what is built from, whatever the tag means by then. To renew it, in both stages:
#   docker buildx imagetools inspect python:3.13-slim-trixie --format "{{.Manifest.Digest}}"
FROM python:3.13-slim-trixie@sha256:bb2988715db2cf7ace7b53f38f3cffbef7c7046a656bee66245eb0ed386e2e81 AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1

WORKDIR /src
RUN python -m venv /opt/occupations && mkdir /data
COPY requirements.lock ./
RUN /opt/occupations/bin/python -m pip install --no-deps --require-hashes --only-binary :all: -r requirements.lock
COPY . .
RUN /opt/occupations/bin/python -m pip install --no-deps --no-build-isolation . \
    && /opt/occupations/bin/python -m pip uninstall --yes setuptools pip

FROM python:3.13-slim-trixie@sha256:bb2988715db2cf7ace7b53f38f3cffbef7c7046a656bee66245eb0ed386e2e81

COPY --from=build /opt/occupations /opt/occupations
COPY --from=build --chown=10001:10001 /data /data

ENV PATH=/opt/occupations/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    OCCUPATIONS_DATABASE_URL=sqlite:////data/occupations.sqlite3 \
    OCCUPATIONS_PORT=8000

USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000

HEALTHCHECK --interval=10s --timeout=3s --retries=3 --start-period=60s --start-interval=1s \
    CMD ["python", "-c", "import http.client, os; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['OCCUPATIONS_PORT']), timeout=2); c.request('GET', '/health/ready'); raise SystemExit(c.getresponse().status != 200)"]

CMD ["occupations", "serve", "--host", "0.0.0.0"]
