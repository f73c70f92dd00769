#!/bin/sh
# Backs up one configuration with nothing but curl and jq. Needs API_ENDPOINT, TENANT_ID and AUTH_TOKEN:
#   export API_ENDPOINT=http://127.0.0.1:8080 TENANT_ID=local AUTH_TOKEN=$(moonkeep token create walkthrough)
set -eu
api() { curl -sS --fail-with-body -H "X-Auth-Token: $AUTH_TOKEN" -H "Content-Type: application/json" "$@"; }
base="$API_ENDPOINT/v2/$TENANT_ID"

echo "configurations:"
api "$base/configurations" | jq -r '.configurations[] | "  \(.id)  \(.name)"'

configuration=$(api "$base/configurations" | jq -r ".configurations[] | select(.name == \"$1\").id")
backup=$(api -X POST "$base/backups" -d "{\"configuration_id\": \"$configuration\", \"state\": \"start_requested\"}" | jq -r .id)
echo "started backup $backup"

# A lost answer can be asked for again: the same Idempotency-Key never starts a second backup.
while :; do
  state=$(api "$base/backups/$backup" | jq -r .state)
  case $state in completed | completed_with_errors | failed | stopped | skipped | missed) break ;; esac
  sleep 1
done

echo "events:"
api "$base/backups/$backup/events" | jq -r '.events[] | "  \(.event)"' | uniq
api "$base/backups/$backup" | jq -r '"\(.state): \(.files_backed_up) of \(.files_searched) files, \(.bytes_backed_up) bytes"'
