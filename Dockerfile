# The daemon and its charts; make docker-build IMG=...
# BUILDER_IMAGE is a Debian 12 with apt. BASE_IMAGE is a Debian 12 with its C++ runtime and time zones: distroless by default
# (no shell, no package manager), debian:12-slim where a shell is wanted.
ARG BUILDER_IMAGE=debian:12
ARG BASE_IMAGE=gcr.io/distroless/cc-debian12:nonroot

FROM ${BUILDER_IMAGE} AS builder
WORKDIR /src
# The packages in a layer of their own, which a change of the sources leaves alone.
COPY .make/deps.sh .make/
RUN .make/deps.sh build
COPY CMakeLists.txt CMakePresets.json ./
COPY operator operator
COPY cmd cmd
COPY config config
COPY charts charts
ARG REVISION=unknown
ENV CCACHE_BASEDIR=/src CCACHE_SLOPPINESS=pch_defines,time_macros
RUN cmake --preset release -DCMAKE_CXX_COMPILER=clang++-16 -DKYMA_TESTS=OFF -DKYMA_COMMIT=${REVISION} && \
    cmake --build build/release --target kyma-operator
# What the image gets, at its place: the program with the names of its functions, for profiles; the charts; the two libraries
# that Debian has no archives of and that no base image brings; and the profilers, which are loaded when asked for.
RUN install -D build/bin/kyma-operator /image/usr/local/bin/kyma-operator && \
    strip --strip-debug /image/usr/local/bin/kyma-operator && \
    mkdir -p /image/usr/local/share/kyma-operator && \
    cp -R charts /image/usr/local/share/kyma-operator/ && \
    { ldd build/bin/kyma-operator | awk '/libfmt|libprometheus-cpp/ {print $3}'; \
      ldconfig -p | awk '$1 ~ /^(libprofiler\.so\.0|libtcmalloc\.so\.4|libunwind\.so\.8|liblzma\.so\.5)$/ {print $NF}'; } | \
    while read -r library; do install -D -m 0644 "$library" "/image/usr${library#/usr}"; done && \
    chmod -R go+rX /image

FROM ${BASE_IMAGE}
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="kyma-operator" \
      org.opencontainers.image.description="Reconciles Kyma resources: fans each out into HelmComponents and drives them to success" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=builder /image/ /
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/kyma-operator"]
