#!/bin/sh
# What action.yml runs: installs the validator from the action's own checkout, and checks INPUT_PATH.
#
# Findings are printed as workflow commands, which GitHub shows beside the lines; ends with the exit code of `publiccode
# validate`, or with 3 where the validator cannot be installed. All INPUT_… are described in action.yml.
# VALIDATOR_COMMAND names a `publiccode` that is there already: then nothing is installed, and no network is needed. (Its name
# does not begin with PUBLICCODE_, because `publiccode` refuses such variables where they are no settings of its own.)
set -eu

stop() { # CODE MESSAGE
    echo "::error::$2"
    exit "$1"
}

path=${INPUT_PATH:-.}
case $path in -*) path=./$path ;; esac
set -- "--lang=${INPUT_LANG:-en}"
[ -z "${INPUT_IGNORE:-}" ] || set -- "$@" "--ignore=$INPUT_IGNORE"
case ${INPUT_NOTICES:-false} in
    true | True | TRUE) set -- "$@" --notices ;;
    false | False | FALSE) ;;
    *) stop 2 "The input notices is true or false." ;;
esac
set -- "$@" "$path"

command=${VALIDATOR_COMMAND:-}
if [ -z "$command" ]; then
    python=${INPUT_PYTHON:-python3}
    venv=$RUNNER_TEMP/publiccode-validator
    # -I everywhere: the repository that is checked may hold a venv.py or a pip.py, and Python would run that.
    "$python" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        stop 2 "Python 3.11 or newer is needed. Next: a step with actions/setup-python before this one, or the input python."
    {
        "$python" -I -m venv "$venv" &&
            "$venv/bin/python" -I -m pip install --quiet --disable-pip-version-check "$GITHUB_ACTION_PATH"
    } || stop 3 "The validator could not be installed; the lines above tell why."
    command=$venv/bin/publiccode
fi

code=0
"$command" validate --format=github "$@" || code=$?
[ "$code" -le 1 ] || stop "$code" "publiccode.yml was not checked; the lines above tell why."

if [ -n "${INPUT_SARIF:-}" ]; then
    # A link of that name, which the repository may hold, is replaced; followed, it would let strangers write elsewhere.
    written=0
    folder=$(dirname -- "$INPUT_SARIF")
    { mkdir -p -- "$folder" && rm -f -- "$INPUT_SARIF"; } || stop 3 "No SARIF file can be written there."
    case $(cd -- "$folder" && pwd -P)/ in
        "$(pwd -P)"/*) ;;
        *) stop 3 "The SARIF file would lie outside of the workspace, by a link that the repository holds." ;;
    esac
    "$command" validate --format=sarif "$@" >"$INPUT_SARIF" || written=$?
    { [ "$written" -eq "$code" ] && [ -s "$INPUT_SARIF" ]; } || stop 3 "The SARIF file was not written; the lines above tell why."
fi
exit "$code"
