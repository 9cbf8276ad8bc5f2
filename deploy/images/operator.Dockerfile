# syntax=docker/dockerfile:1
# The operator, and the plugins whose configs it checks.
#   docker build -f deploy/images/operator.Dockerfile -t pagewire/operator .
# The digest is that of a list of images, so one line does for amd64 and arm64.
ARG BASE=docker.io/library/python:3.13.15-slim-trixie@sha256:9d2e5553305c7c7b0097999bb17187c69b921ccd6bc9d40e4bb5ebe652c00285

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore PYTHONDONTWRITEBYTECODE=1
# A commit's time here, and two builds of it are the same byte by byte.
ARG SOURCE_DATE_EPOCH=0
# The release, which a tag would say; there is no repository in here.
ARG VERSION=0.0.0
ENV UV_DYNAMIC_VERSIONING_BYPASS=${VERSION}
WORKDIR /src
COPY requirements/images/build.txt requirements/images/operator.txt requirements/images/
RUN python -m venv --without-pip /opt/pagewire \
    && python -m venv /opt/tools \
    && /opt/tools/bin/python -m pip install --require-hashes --only-binary :all: -r requirements/images/build.txt \
    && /opt/tools/bin/python -m pip --python /opt/pagewire/bin/python install --no-compile --require-hashes --only-binary :all: -r requirements/images/operator.txt
COPY LICENSE ./
COPY plugins/sdk plugins/sdk
COPY operator operator
COPY plugins/logging plugins/logging
COPY plugins/auto-reply plugins/auto-reply
COPY plugins/crm-sync plugins/crm-sync
RUN /opt/tools/bin/python -m pip wheel --no-deps --no-build-isolation --no-index --wheel-dir /wheels ./plugins/sdk ./operator ./plugins/logging ./plugins/auto-reply ./plugins/crm-sync \
    && /opt/tools/bin/python -m pip --python /opt/pagewire/bin/python install --no-compile --no-deps --no-index /wheels/*.whl \
    && /opt/tools/bin/cyclonedx-py environment --output-reproducible --of JSON -o /opt/pagewire/sbom.cdx.json /opt/pagewire/bin/python \
    # Compiled now, as nothing can be written later; checked by nobody, so that times of files do not matter. Of the client
    # of Kubernetes only what we import: all of it would be 58 MB.
    && /opt/pagewire/bin/python -m compileall -q --invalidation-mode unchecked-hash -x 'kubernetes/(aio|client/(api|models))/' /opt/pagewire/lib

FROM ${BASE}
LABEL org.opencontainers.image.title="Pagewire operator" \
      org.opencontainers.image.description="Pages, tokens and webhook subscriptions as Kubernetes resources" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/pagewire /opt/pagewire
ENV PATH=/opt/pagewire/bin:/usr/local/bin:/usr/bin:/bin HOME=/tmp PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 65532:65532
EXPOSE 8081
ENTRYPOINT ["pagewire-operator"]
