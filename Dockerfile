# syntax=docker/dockerfile:1
# The service, without a model: vLLM runs in its own image (see docker-compose.yml).

FROM python:3.11.14-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
COPY deploy/image/build.lock ./
RUN python -m pip install --require-hashes -r build.lock
COPY pyproject.toml README.md LICENSE ./
COPY schemas schemas
COPY client client
COPY service service
RUN python -m pip wheel --no-deps --no-build-isolation --wheel-dir /wheels .

FROM python:3.11.14-slim-bookworm AS install
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
COPY deploy/image/server.lock ./
RUN python -m venv /venv && /venv/bin/python -m pip install --require-hashes -r server.lock
COPY --from=build /wheels /wheels
RUN /venv/bin/python -m pip install --no-deps --no-index --find-links /wheels factsheet

FROM python:3.11.14-slim-bookworm
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /tmp factsheet \
    && install -d -o factsheet -g factsheet /data
COPY --from=install /venv /venv
ENV PATH=/venv/bin:$PATH \
    HOME=/tmp \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    FACTSHEET_WORK=/data
# All that is written goes to /data and /tmp; the root may be read-only.
WORKDIR /data
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/livez', timeout=4)"]
CMD ["factsheet", "serve", "--host", "0.0.0.0"]
