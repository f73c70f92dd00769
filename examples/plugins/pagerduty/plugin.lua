-- PagerDuty, Events API v2 (https://developer.pagerduty.com/docs/events-api-v2-overview).
--
--   notify.send("pagerduty:web", { title = "web-files failed", priority = "urgent", fields = { incident = "web-files" } })
--   notify.send("pagerduty:web", { title = "web-files works", fields = { incident = "web-files", action = "resolve" } })
--
-- The routing key of the integration is the secret 'pagerduty/web': put it into secrets/pagerduty/web, mode 0600. Events of one
-- 'incident' are one incident; 'action' is trigger, acknowledge or resolve. Then: moonkeep allow plugins/pagerduty/plugin.lua

local SETTINGS = {
  { name = "server", default = "https://events.pagerduty.com", help = "The server of the events API." },
}
local settings = plugin.settings("pagerduty", SETTINGS)

local SEVERITIES = { low = "info", normal = "warning", high = "error", urgent = "critical" }
local ACTIONS = { trigger = true, acknowledge = true, resolve = true }

local function send(notice)
  local details, action = {}, notice.fields.action or "trigger"
  if not ACTIONS[action] then error("pagerduty: 'action' is trigger, acknowledge or resolve, not '" .. action .. "'") end
  local incident = notice.fields.incident
  if incident and #incident > 255 then error("pagerduty: 'incident' has at most 255 bytes") end
  if action ~= "trigger" and not incident then error("pagerduty: '" .. action .. "' needs the field 'incident'") end
  for name, value in pairs(notice.fields) do
    if name ~= "action" and name ~= "incident" then details[name] = value end
  end
  if notice.body ~= "" then details.text = notice.body end
  local event = {
    routing_key = secrets.get("pagerduty/" .. (notice.address == "" and "default" or notice.address)),
    event_action = action,
    -- The same in every attempt, so that a repetition is no second incident.
    dedup_key = incident or notice.key,
  }
  if action == "trigger" then
    event.payload = {
      summary = notice.title,
      source = notice.fields.host or "moonkeep",
      severity = SEVERITIES[notice.priority],
      timestamp = notice.sent,
      component = incident,
      custom_details = next(details) and details or nil,
    }
  end
  http.post(settings.server .. "/v2/enqueue", { json = event, expect = 202, idempotent = true })
end

return {
  name = "pagerduty",
  api = 1,
  version = "1.0",
  summary = "Triggers and resolves incidents in PagerDuty.",
  settings = SETTINGS,
  needs = { "http:" .. settings.server, "secrets:pagerduty/*" },
  send = send,
}
