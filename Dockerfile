# Two stages: the first installs the pinned dependencies, the second runs as an ordinary user.
FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements/runtime.txt /tmp/runtime.txt
RUN /opt/venv/bin/pip install --require-hashes -r /tmp/runtime.txt

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin point-ecoute \
    && install -d -o point-ecoute -m 0700 /keys /data
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY botapi botapi
COPY cli cli
COPY console console
COPY dispatch dispatch
COPY intake intake
COPY records records
COPY runtime runtime
COPY triage triage
COPY listening-points listening-points
COPY locales locales
RUN /opt/venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation --editable .
USER point-ecoute
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
EXPOSE 8000
ENTRYPOINT ["point-ecoute"]
CMD ["serve", "--host", "0.0.0.0"]
