# The container image: the program and nothing else. Wants `dist/<architecture>/barewire`, linked statically, beside it:
#   docker build --platform linux/amd64 -t barewire . && docker run --rm -v "$PWD:/src:ro" barewire
FROM scratch
ARG TARGETARCH
COPY dist/${TARGETARCH}/barewire /barewire
WORKDIR /src
USER 65534:65534
ENTRYPOINT ["/barewire"]
CMD ["check"]
