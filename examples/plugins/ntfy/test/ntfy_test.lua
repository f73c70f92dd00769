local ntfy = require "ntfy"

local NOTICE = { key = "k", address = "our-backups", title = "web failed", body = "no space", priority = "urgent", fields = {}, sent = "" }

test.case("a message has its topic and priority", function()
  test.http { ["POST https://ntfy.sh/"] = { json = { id = "1", event = "message" } } }
  ntfy.send(NOTICE)
  expect(json.decode(test.calls.http[1].body)):equals {
    topic = "our-backups", title = "web failed", message = "no space", priority = 5, tags = { "rotating_light" },
  }
end)

test.case("a topic that is none is named", function()
  local notice = { address = "our backups", title = "x", body = "", priority = "low", fields = {} }
  expect(function() ntfy.send(notice) end):raises("'our backups'")
end)

test.case("a full server makes the delivery fail", function()
  test.http { ["POST https://ntfy.sh/"] = { status = 429, json = { code = 42901, error = "limit reached" } } }
  expect(function() ntfy.send(NOTICE) end):raises("429")
end)
