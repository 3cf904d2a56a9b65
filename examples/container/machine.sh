#!/bin/sh
# One machine of a fleet: joins at its first start, then syncs until it is stopped.
#   FLEET_URL      the repo (needed)
#   MACHINE_NAME   its name (default: one that coord makes of the host's)
#   MACHINE_TAGS   what it is good for: gpu,linux (default: none)
#   MACHINE_ALLOW  what orders may do here, with blanks between: shell call (default: nothing)
set -eu
: "${FLEET_URL:?expected the address of the repo of the fleet in FLEET_URL}"
fleet="${DATA:-/data}/fleet"
if [ ! -d "$fleet/.coord" ]; then
  coord init "$FLEET_URL" "$fleet" ${MACHINE_NAME:+--name "$MACHINE_NAME"} ${MACHINE_TAGS:+--tags "$MACHINE_TAGS"}
fi
cd "$fleet"
# The owner of this computer decides, and that is whoever starts the container.
for what in ${MACHINE_ALLOW:-}; do coord allow "$what"; done
exec coord daemon run
