local pagerduty = require "pagerduty"

local EVENTS = "POST https://events.pagerduty.com/v2/enqueue"

local function notice(fields)
  return {
    key = "r1/0#0", address = "web", title = "web failed", body = "no space", priority = "urgent", fields = fields,
    sent = "2026-02-23T12:00:00Z",
  }
end

test.secrets { ["pagerduty/web"] = "0123456789abcdef0123456789abcdef" }

test.case("a message triggers an incident", function()
  test.http { [EVENTS] = { status = 202, json = { status = "success" } } }
  pagerduty.send(notice { errors = "2" })
  local sent = json.decode(test.calls.http[1].body)
  expect(sent):contains { event_action = "trigger", dedup_key = "r1/0#0" }
  expect(sent.payload):equals {
    summary = "web failed", source = "moonkeep", severity = "critical", timestamp = "2026-02-23T12:00:00Z",
    custom_details = { errors = "2", text = "no space" },
  }
end)

test.case("an incident is resolved by its name", function()
  test.http { [EVENTS] = { status = 202, json = { status = "success" } } }
  pagerduty.send(notice { incident = "web", action = "resolve" })
  local sent = json.decode(test.calls.http[1].body)
  expect(sent):contains { event_action = "resolve", dedup_key = "web" }
  expect(sent.payload):equals(nil)
end)

test.case("an action that is none, and one without an incident, are named", function()
  expect(function() pagerduty.send(notice { action = "close" }) end):raises("'close'")
  expect(function() pagerduty.send(notice { action = "resolve" }) end):raises("'incident'")
end)

test.case("an event that is refused makes the delivery fail", function()
  test.http { [EVENTS] = { status = 400, json = { status = "invalid event", errors = { "Length of 'routing_key' is incorrect" } } } }
  expect(function() pagerduty.send(notice {}) end):raises("400")
end)
