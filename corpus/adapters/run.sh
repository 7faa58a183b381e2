#!/bin/sh
# Holds a program that writes a guest's disk to standard output against the conformance vectors.
#
#     run.sh CORPUS PROGRAM [ARGUMENT ...]        the image's name is added at the end
#
# The essential part of run.py, with timeout, gzip, sha256sum, sed and cmp: which images are
# accepted, with which bytes, and that a refused file is left as it was. It skips vectors that need
# more: the file compared, a size limit, a large disk, an open for reading only. An exit code of 101
# or of 128 and above is a crash, and so passes nothing. LIMIT is the time for an image in seconds.
set -u
corpus=$1
shift
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM HUP
image=$folder/image.vhdx
passed=0 failed=0

# Runs the program on the image. $code is its exit code; timeout ends it and what it started.
open() {
    timeout -s KILL "${LIMIT:-60}" "$@" "$image" >"$folder/disk" 2>/dev/null </dev/null
    code=$?
}

# A program that accepts nonsense, or ends in the same way when it does not understand its
# arguments, proves nothing by a refusal.
dd if=/dev/zero of="$image" bs=1048576 count=8 2>/dev/null
open "$@"
if [ "$code" -eq 0 ] || [ "$code" -eq 101 ] || [ "$code" -ge 126 ]; then
    echo "run.sh: the program does not refuse a file of zeros: exit code $code" >&2
    exit 3
fi

for json in $(find "$corpus" -name '*.json' | sort); do
    packed=${json%.json}.vhdx.gz
    [ -f "$packed" ] || continue
    grep -q '"needs": "guest"' "$json" && grep -q '"access": "replay"' "$json" &&
        ! grep -q -e '"max_file_size"' -e '"extents"' -e '"pieces"' "$json" || continue
    gzip -dc "$packed" >"$image" && cp "$image" "$folder/before"
    open "$@"
    if [ "$code" -eq 0 ]; then
        shown=$(sha256sum <"$folder/disk" | cut -d ' ' -f 1)
        grep -q "\"guest\": {.*\"sha256\": \"$shown\"" "$json"
    elif [ "$code" -eq 101 ] || [ "$code" -ge 126 ]; then
        false # it crashed, or took too long
    else
        grep -q '"expect": "refuse"' "$json" && cmp -s "$image" "$folder/before"
    fi
    if [ $? -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL $(basename "$json" .json) (exit code $code):" \
            "$(sed -n 's/^ *"title": "\(.*\)",$/\1/p' "$json")"
    fi
done
echo "$passed passed, $failed failed"
[ "$passed" -gt 0 ] && [ "$failed" -eq 0 ]
