#!/usr/bin/env bash
# Builds every fuzz target into $OUT, with its seeds and the dictionary, as ClusterFuzzLite and OSS-Fuzz require. Not the
# canary: it is made to fail.
set -euo pipefail

cargo fuzz build
cargo fuzz list | grep -vx canary | while read -r target; do
  cp "fuzz/target/x86_64-unknown-linux-gnu/release/$target" "$OUT/"
  find "fuzz/corpus/$target" "fuzz/regressions/$target" -type f ! -name '*.json' -print |
    zip --quiet --junk-paths -@ "$OUT/${target}_seed_corpus.zip"
  cp fuzz/vhdx.dict "$OUT/$target.dict"
done
