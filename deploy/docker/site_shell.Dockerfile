# The shell, as one image: its own folder and the contract package, nothing else.
# Build from the root of the repository:
#   docker build -f deploy/docker/site_shell.Dockerfile -t site-shell .
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
RUN python3 -m venv /app/venv
COPY site_shell/requirements.lock requirements.lock
RUN /app/venv/bin/pip install --require-hashes -r requirements.lock
COPY packages/fragment-contract packages/fragment-contract
RUN /app/venv/bin/pip install --no-deps ./packages/fragment-contract
COPY site_shell /app/site_shell
WORKDIR /app
# The image brings its collected files: no start waits for them, and all of one release agree.
RUN DJANGO_SETTINGS_MODULE=site_shell.settings SECRET_KEY=only-while-building \
    STATIC_ROOT=/app/static venv/bin/python -m django collectstatic --no-input

FROM ${PYTHON_IMAGE}
ENV DJANGO_SETTINGS_MODULE=site_shell.settings \
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
# One event loop per core; gunicorn replaces a worker that ends: docs/decisions/0001.
CMD ["gunicorn", "site_shell.asgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "site_shell.worker.Worker", "--workers", "2", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
