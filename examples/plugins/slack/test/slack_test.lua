local slack = require "slack"

local HOOK = "https://hooks.slack.com/services/T0/B0/example"
local NOTICE = {
  key = "k", address = "ops", title = "web & <mail>", body = "no space", priority = "high", fields = { errors = "2" }, sent = "",
}

test.secrets { ["slack/ops"] = HOOK }

test.case("a message is text, and an attachment with the rest", function()
  test.http { ["POST " .. HOOK] = { body = "ok" } }
  slack.send(NOTICE)
  local sent = json.decode(test.calls.http[1].body)
  expect(sent.text):equals("web &amp; &lt;mail&gt;")
  expect(sent.attachments[1]):contains({ text = "no space", color = "#ef6c00" })
  expect(sent.attachments[1].fields):equals({ { title = "errors", value = "2", short = true } })
end)

test.case("a webhook that is gone makes the delivery fail", function()
  test.http { ["POST " .. HOOK] = { status = 404, body = "no_service" } }
  expect(function() slack.send(NOTICE) end):raises("404")
end)
