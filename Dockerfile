# The service as an image: Python, the program in /opt/yinzheng, and nothing that builds or installs.
#     docker build -t yinzheng .
# deploy/README.md says how to run it; compose.yaml runs it with everything closed that can be.
ARG PYTHON=python:3.11-slim-bookworm

FROM ${PYTHON} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python -m venv --without-pip /opt/yinzheng
# Libraries first: their layer stays while only the program changes.
COPY deploy/requirements.txt deploy/requirements.txt
RUN python -m pip --python /opt/yinzheng/bin/python install --requirement deploy/requirements.txt
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY corpus corpus
COPY models models
COPY indexer indexer
COPY search search
COPY api api
RUN python -m pip --python /opt/yinzheng/bin/python install --no-deps . \
    && python -m pip --python /opt/yinzheng/bin/python check

FROM ${PYTHON}
# The base image brings pip and its helpers; the program needs none, and an intruder gets none.
RUN python -m pip uninstall --yes --root-user-action=ignore setuptools wheel pip \
    && groupadd --system --gid 10001 yinzheng \
    && useradd --system --uid 10001 --gid 10001 --home-dir /nonexistent --no-create-home \
        --shell /usr/sbin/nologin yinzheng \
    && install -d -o 10001 -g 10001 /index
COPY --from=build /opt/yinzheng /opt/yinzheng
ENV PATH=/opt/yinzheng/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUTF8=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    YINZHENG_INDEX=/index \
    YINZHENG_HOST=0.0.0.0 \
    YINZHENG_PORT=8765
USER 10001:10001
WORKDIR /
VOLUME ["/index"]
EXPOSE 8765
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, http.client as h; c = h.HTTPConnection('127.0.0.1', int(os.environ['YINZHENG_PORT']), timeout=4); c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["yinzheng"]
CMD ["serve"]
