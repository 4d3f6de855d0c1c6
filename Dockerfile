# The image of the service. What it installs is installed by make's own targets, which the tests run without Docker (tests/test_image.py).
FROM python:3.11-slim-bookworm AS build
RUN apt-get update && apt-get install --yes --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY Makefile ./
COPY requirements requirements
RUN make packages PREFIX=/opt/reflecs
COPY pyproject.toml README.md LICENSE ./
COPY records records
COPY mappings mappings
COPY harvesters harvesters
COPY database database
COPY accounts accounts
COPY ordering ordering
COPY catalogue catalogue
COPY ui ui
RUN make install PREFIX=/opt/reflecs

FROM python:3.11-slim-bookworm
# Titles in any script are printed where a font has them.
RUN apt-get update && apt-get install --yes --no-install-recommends fonts-noto-core && rm -rf /var/lib/apt/lists/* \
    && useradd --system --user-group --uid 10001 --no-create-home --home-dir /tmp reflecs \
    && install --directory --owner reflecs --group reflecs /var/lib/reflecs
COPY --from=build /opt/reflecs /opt/reflecs
# All that is written at run time is in the volume and in /tmp.
ENV PATH=/opt/reflecs/bin:$PATH PYTHONDONTWRITEBYTECODE=1 HOME=/tmp REFLECS_ENGINE=embedded:/var/lib/reflecs/catalogue \
    REFLECS_DATABASE=sqlite:////var/lib/reflecs/reflecs.sqlite REFLECS_ARCHIVE=/var/lib/reflecs/archive \
    REFLECS_MAIL=outbox:/var/lib/reflecs/outbox REFLECS_QUEUE=sqlite:/var/lib/reflecs/queue.sqlite
WORKDIR /var/lib/reflecs
VOLUME /var/lib/reflecs
USER reflecs
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/health/ready', timeout=4)"]
ENTRYPOINT ["reflecs"]
CMD ["serve", "--host", "0.0.0.0", "--workers", "2"]
