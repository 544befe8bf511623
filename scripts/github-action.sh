#!/usr/bin/env bash
# The step of action.yml that audits. Every input is a variable of the environment and is checked before it is used.
set -euo pipefail

fail() {
  echo "::error title=clawproof action::$1"
  exit 2
}

require_boolean() {
  [[ $2 == true || $2 == false ]] || fail "The input $1 must be true or false."
}

require_boolean recursive "$INPUT_RECURSIVE"
require_boolean ignores "$INPUT_IGNORES"
require_boolean upload-sarif "$INPUT_UPLOAD_SARIF"
require_boolean summary "$INPUT_SUMMARY"
[[ $INPUT_FAIL_ON =~ ^(critical|high|medium|low)$ ]] ||
  fail 'The input fail-on must be critical, high, medium or low.'
[[ $INPUT_VERSION =~ ^([0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?)?$ ]] ||
  fail 'The input version must be a version such as 0.2.0, or empty.'
[[ $INPUT_SARIF_FILE != -* && $INPUT_BASELINE != -* ]] ||
  fail 'The inputs sarif-file and baseline must be paths that do not begin with a dash.'

program=${CLAWPROOF_ACTION_PATH}/dist/main.js
if [[ -n $INPUT_VERSION ]]; then
  # In an empty folder outside of the checkout: there, a .npmrc or node_modules of whoever wrote the commit would decide
  # what runs.
  home=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/clawproof-XXXXXXXX")
  (cd "$home" && echo '{"private":true}' > package.json &&
    npm install --prefix "$home" --ignore-scripts --no-audit --no-fund --silent "clawproof@${INPUT_VERSION}" >&2) ||
    fail "clawproof ${INPUT_VERSION} could not be installed."
  program=$home/node_modules/clawproof/dist/main.js
fi

clawproof() {
  node "$program" "$@"
}

options=(--fail-on "$INPUT_FAIL_ON")
[[ $INPUT_RECURSIVE == true ]] && options+=(--recursive)
[[ $INPUT_IGNORES == true ]] || options+=(--no-ignores)
[[ -n $INPUT_BASELINE ]] && options+=(--baseline "$INPUT_BASELINE")
targets=()
while IFS= read -r line; do
  line=${line#"${line%%[![:space:]]*}"}
  line=${line%"${line##*[![:space:]]}"}
  [[ -z $line ]] || targets+=("$line")
done <<< "$INPUT_TARGETS"
[[ ${#targets[@]} -gt 0 ]] || targets=(.)

sarif=''
if [[ -n $INPUT_SARIF_FILE || $INPUT_UPLOAD_SARIF == true ]]; then
  sarif=${INPUT_SARIF_FILE:-${RUNNER_TEMP:-/tmp}/clawproof.sarif}
  [[ $sarif == /* ]] || sarif=$PWD/$sarif
  # Findings and gaps are told by the run below.
  clawproof audit "${options[@]}" --format sarif -o "$sarif" -- "${targets[@]}" || [[ $? -eq 1 || $? -eq 4 ]] || sarif=''
  [[ -f $sarif ]] || sarif=''
fi
if [[ $INPUT_SUMMARY == true && -n ${GITHUB_STEP_SUMMARY:-} ]]; then
  clawproof audit "${options[@]}" --format markdown -- "${targets[@]}" >> "$GITHUB_STEP_SUMMARY" || true
fi

code=0
clawproof audit "${options[@]}" --format github -- "${targets[@]}" || code=$?
{
  echo "exit-code=${code}"
  echo "sarif-file=${sarif}"
} >> "${GITHUB_OUTPUT:-/dev/null}"
exit "$code"
