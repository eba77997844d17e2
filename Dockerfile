# The server with the application in the browser, for docker-compose.yml. The build is the one of a machine without Docker:
# `cargo xtask spa` and `cargo build`.

FROM rust:1.95-bookworm AS build
WORKDIR /build
COPY . .
RUN cargo xtask spa
RUN cargo build --release --locked --package api --bin toit

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/toit --create-home toit
COPY --from=build /build/target/release/toit /usr/local/bin/toit
COPY --from=build /build/target/spa /srv/spa
COPY LICENSE /usr/share/doc/toit/LICENSE
USER toit
ENV TOIT_DATA=/var/lib/toit
VOLUME /var/lib/toit
EXPOSE 8080
ENTRYPOINT ["toit"]
CMD ["serve", "--listen", "0.0.0.0:8080", "--spa", "/srv/spa"]
