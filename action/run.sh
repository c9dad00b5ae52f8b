#!/usr/bin/env bash
# The steps of action.yml: plan, install, scan, finish. Inputs are environment variables, results go to GITHUB_OUTPUT.
# Runs with the bash 3.2 of macOS and the Git Bash of Windows too.
# shellcheck disable=SC2153 # VERSION, FOLDER and others are set by action.yml
set -euo pipefail

# One result of a step. Values come from the user, so that a line break in one must not begin another.
output() {
  printf '%s=%s\n' "$1" "${2//[$'\r\n']/ }" >>"$GITHUB_OUTPUT"
}

# Text of the user in a workflow command.
escaped() {
  local text=$1
  text=${text//'%'/%25}
  text=${text//$'\r'/%0D}
  printf '%s' "${text//$'\n'/%0A}"
}

notice() {
  echo "::notice title=barewire::$(escaped "$1")"
}

fail() {
  echo "::error title=barewire::$(escaped "$1")"
  exit 2
}

# The target whose release fits this runner.
target() {
  case "${RUNNER_OS:-}-${RUNNER_ARCH:-}" in
    Linux-X64) echo x86_64-unknown-linux-musl ;;
    Linux-ARM64) echo aarch64-unknown-linux-musl ;;
    macOS-X64) echo x86_64-apple-darwin ;;
    macOS-ARM64) echo aarch64-apple-darwin ;;
    Windows-X64) echo x86_64-pc-windows-msvc ;;
    *) echo none ;;
  esac
}

# The version of the action itself: its tag is made from this file.
own_version() {
  sed -n 's/^version = "\(.*\)"$/\1/p' "$GITHUB_ACTION_PATH/Cargo.toml" | head -n 1
}

program() {
  if [ -x "$FOLDER/bin/barewire.exe" ]; then echo "$FOLDER/bin/barewire.exe"; else echo "$FOLDER/bin/barewire"; fi
}

plan() {
  local version=${INPUT_VERSION:-} folder
  version=${version#v}
  [ -n "$version" ] || version=$(own_version)
  case "$version" in
    '' | *[!0-9A-Za-z.+-]*) fail "\`version\` is not a version: $version" ;;
  esac
  folder="${RUNNER_TOOL_CACHE:-$RUNNER_TEMP}/barewire/$version"
  output version "$version"
  output folder "${folder//\\//}"
  output key "barewire-$version-${RUNNER_OS:-}-${RUNNER_ARCH:-}"
}

install() {
  if [ -x "$(program)" ]; then
    echo "barewire $VERSION was in the cache"
  elif ! download; then
    build
  fi
  "$(program)" --version
}

# Gets the released program and compares it with its checksum. Fails where there is none for this runner; a wrong
# checksum ends the job.
download() {
  local target name address temporary
  target=$(target)
  name="barewire-$target.tar.gz"
  address="${BAREWIRE_RELEASES:-${GITHUB_SERVER_URL:-https://github.com}/${ACTION_REPOSITORY:-}/releases/download}/v$VERSION/$name"
  temporary=$(mktemp -d "$RUNNER_TEMP/barewire.XXXXXX")
  if [ "$target" = none ] || ! fetch "$address" "$temporary/$name" || ! fetch "$address.sha256" "$temporary/$name.sha256"; then
    echo "no release of barewire $VERSION for ${RUNNER_OS:-this system} ${RUNNER_ARCH:-}"
    return 1
  fi
  (cd "$temporary" && check_sum "$name.sha256") || fail "the checksum of $name is wrong"
  mkdir -p "$FOLDER/bin"
  tar -xzf "$temporary/$name" -C "$FOLDER/bin"
}

fetch() {
  curl --fail --silent --location --retry 3 --output "$2" "$1"
}

check_sum() {
  if command -v sha256sum >/dev/null; then sha256sum --check --quiet "$1"; else shasum -a 256 --check "$1" >/dev/null; fi
}

build() {
  command -v cargo >/dev/null || fail "there is no release of barewire $VERSION for this runner, and no cargo to build it"
  echo "building barewire $VERSION"
  if [ "$VERSION" = "$(own_version)" ]; then
    cargo install --locked --quiet --path "$GITHUB_ACTION_PATH" --root "$FOLDER"
  else
    cargo install --locked --quiet barewire --version "$VERSION" --root "$FOLDER"
  fi || fail "barewire $VERSION cannot be built"
}

# Sets `since` to the revision before the change, or leaves it empty to report everything.
find_since() {
  since=${INPUT_SINCE:-}
  if [ "$since" = none ]; then
    since=
    return
  fi
  if [ -z "$since" ]; then
    since=${PULL_REQUEST_BASE:-}
    [ -n "$since" ] || return 0
    # The base is not part of a shallow clone.
    git cat-file -e "$since^{commit}" 2>/dev/null || git fetch --quiet --no-tags --depth=1 origin "$since" 2>/dev/null || {
      notice "the base of the pull request cannot be fetched, so everything is reported"
      since=
    }
  fi
}

scan() {
  local sarif=${INPUT_SARIF_FILE:-barewire.sarif} temporary path word code=0 findings=0 upload=false
  local formats=terminal arguments paths
  local since
  temporary=$(mktemp -d "$RUNNER_TEMP/barewire.XXXXXX")
  temporary=${temporary//\\//}
  if [ "${INPUT_ANNOTATIONS:-true}" = true ]; then formats=github,terminal; fi
  arguments=(--output-format "$formats")
  arguments+=(--output-format "sarif=$temporary/report.sarif" --output-format "csv=$temporary/report.csv")
  if [ "${INPUT_SUMMARY:-true}" = true ]; then arguments+=(--output-format "markdown=$temporary/summary.md"); fi
  if [ -n "${INPUT_CONFIG:-}" ]; then arguments+=(--config "$INPUT_CONFIG"); fi
  if [ -n "${INPUT_FAIL_ON:-}" ]; then arguments+=(--fail-on "$INPUT_FAIL_ON"); fi
  find_since
  if [ -n "$since" ]; then arguments+=(--since "$since"); fi
  set -f
  for word in ${INPUT_ARGS:-}; do arguments+=("$word"); done
  set +f
  paths=()
  while IFS= read -r path || [ -n "$path" ]; do
    path=${path%$'\r'}
    if [ -n "$path" ]; then paths+=("$path"); fi
  done <<<"${INPUT_PATHS:-.}"
  if [ ${#paths[@]} -eq 0 ]; then paths=(.); fi

  "$(program)" check "${arguments[@]}" -- "${paths[@]}" || code=$?

  output exit-code "$code"
  if [ "$code" -gt 1 ] || [ ! -s "$temporary/report.sarif" ]; then
    return
  fi
  mkdir -p "$(dirname -- "$sarif")"
  mv -- "$temporary/report.sarif" "$sarif"
  if [ -s "$temporary/summary.md" ]; then cat "$temporary/summary.md" >>"$GITHUB_STEP_SUMMARY"; fi
  if [ "${INPUT_MAP:-false}" = true ] && [ -n "$since" ]; then compare; fi
  # A heading, and then a line for each finding.
  findings=$(($(wc -l <"$temporary/report.csv") - 1))
  if [ "${INPUT_UPLOAD_SARIF:-true}" = true ]; then
    if [ -n "${PULL_REQUEST_HEAD_REPOSITORY:-}" ] && [ "$PULL_REQUEST_HEAD_REPOSITORY" != "${GITHUB_REPOSITORY:-}" ]; then
      notice "a pull request from a fork may not write to code scanning, so the report is not sent"
    else
      upload=true
    fi
  fi
  output findings "$findings"
  output sarif-file "$sarif"
  output upload "$upload"
}

# Adds to the summary what has changed on the map. That it cannot be said fails nothing.
compare() {
  local options=(--compare "$since" --quiet --output-format "markdown=$temporary/changes.md")
  if [ -n "${INPUT_CONFIG:-}" ]; then options+=(--config "$INPUT_CONFIG"); fi
  if "$(program)" map "${options[@]}" -- "${paths[@]}"; then
    cat "$temporary/changes.md" >>"$GITHUB_STEP_SUMMARY"
  else
    notice "the map cannot be compared with that of $since"
  fi
}

finish() {
  case "${EXIT_CODE:-}" in
    0) echo "barewire: ${FINDINGS:-0} findings, none of which fails the job" ;;
    1) fail_with 1 "${FINDINGS:-0} findings, and some of them fail the job" ;;
    *) fail "barewire could not do its job; the log says why" ;;
  esac
}

fail_with() {
  echo "barewire: $2"
  exit "$1"
}

case "${1:-}" in
  plan | install | scan | finish) "$1" ;;
  *) fail "usage: run.sh plan|install|scan|finish" ;;
esac
