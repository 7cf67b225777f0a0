# The bookmarks service, as one image: its own folder and the contract package, nothing else.
# Build from the root of the repository:
#   docker build -f deploy/docker/bookmarks.Dockerfile -t bookmarks .
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
RUN python3 -m venv /app/venv
COPY bookmarks/requirements.lock requirements.lock
RUN /app/venv/bin/pip install --require-hashes -r requirements.lock
COPY packages/fragment-contract packages/fragment-contract
RUN /app/venv/bin/pip install --no-deps ./packages/fragment-contract
COPY bookmarks /app/bookmarks
WORKDIR /app
# The image brings its collected files: no start waits for them, and all of one release agree.
RUN DJANGO_SETTINGS_MODULE=bookmarks.settings SECRET_KEY=only-while-building \
    STATIC_ROOT=/app/static venv/bin/python -m django collectstatic --no-input

FROM ${PYTHON_IMAGE}
ENV DJANGO_SETTINGS_MODULE=bookmarks.settings \
    LOG_FORMAT=json \
    PATH=/app/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    STATIC_ROOT=/app/static
WORKDIR /app
COPY --from=build /app /app
USER 10001:10001
EXPOSE 8000
# Asks under a host name that this deployment answers to.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["python3", "-c", "import os, urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/readyz', headers={'host': os.environ['ALLOWED_HOSTS'].split(',')[0]}), timeout=2)"]
# Threads suit a service that waits for its database: docs/decisions/0001.
CMD ["gunicorn", "bookmarks.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
