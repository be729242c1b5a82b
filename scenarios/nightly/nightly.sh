#!/bin/sh
# Runs a scenario a few times and judges it against the nights before. For cron, in a clone of your repository:
#
#   15 3 * * *  cd /srv/checks && sh scenarios/nightly/nightly.sh >nightly.log 2>&1 || mail -s "nightly gate" team@example.org <nightly.log
#
# The exit code is that of a run that failed, or the gate's: 0 for no worse, 90 for worse, 93 for not enough samples (as in the first nights), 94 for runs that must not be compared.
# Settings are variables, with these defaults:
set -eu
scenario=${SCENARIO:-scenarios/echo.csx}
target=${TARGET:-}                     # a server of the run's own when empty
duration=${DURATION:-60s}
runs=${RUNS:-3}                        # one run says nothing of what runs scatter by
baseline=${BASELINE:-last:30}          # ten nights
rules=${RULES:-scenarios/nightly/gate.yaml}
history=${HISTORY:-history}            # commit it, or put it on a share
keep=${KEEP:-300}
results=${RESULTS:-results}

night=$results/$(date -u +%Y%m%dT%H%M%SZ)
mkdir -p "$results"
mkdir "$night"                         # another that began this second has it: this one ends
number=1
while [ "$number" -le "$runs" ]; do
  # 99: a threshold was crossed. That is told; the gate decides all the same. What else goes wrong ends the night.
  code=0
  loadtool run "$scenario" --quiet ${target:+--target "$target"} --duration "$duration" --results "$night/$(basename "$night")-$number" || code=$?
  [ "$code" -eq 0 ] || [ "$code" -eq 99 ] || exit "$code"
  number=$((number + 1))
done

code=0
loadtool gate "$night"/*-[0-9]* --baseline "$baseline" --history "$history" --rules "$rules" \
  --markdown "$night/gate.md" --junit "$night/gate.xml" --page "$night/gate.html" --json "$night/gate.json" || code=$?

# A regression stays out of what later nights are compared with. When it is to be the new normal, add its runs by hand.
if [ "$code" -eq 0 ] || [ "$code" -eq 93 ]; then
  loadtool history add "$night"/*-[0-9]* --history "$history"
  loadtool history prune --history "$history" --keep "$keep"
fi
exit "$code"
