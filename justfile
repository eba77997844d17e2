# Short names for `cargo xtask`, which does the work and sets up what it needs.

# What there is
default:
    @just --list

# Build everything, fill a demo office, serve it
demo *arguments:
    cargo xtask demo {{arguments}}

# Run every test
test *arguments:
    cargo xtask test {{arguments}}

# Measure the server and write docs/benchmarks.md
bench *arguments:
    cargo xtask bench {{arguments}}

# Build the application in the browser
spa *arguments:
    cargo xtask spa {{arguments}}

# Write openapi/openapi.json from the routes
openapi:
    cargo xtask openapi

# Check the licences of all dependencies
licences:
    cargo xtask licences

# Format, lint, licences, tests: what is asked of every change
check:
    CI=true .ci/run
