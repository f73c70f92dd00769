local healthchecks = require "healthchecks"

local PING = "https://hc-ping.com/0b5ae2d2-91cf-4a0e-a1b0-5c8a3e2f0d11"

local function urls()
  local all = {}
  for index, request in ipairs(test.calls.http) do all[index] = request.url end
  return all
end

test.secrets { ["healthchecks/nightly"] = PING }

test.case("a job that works is a start and a success of one run", function()
  test.http { ["POST " .. PING .. "*"] = { body = "OK" } }
  expect(healthchecks.watch("nightly", function() return 1, 2 end)):equals(1)
  local all = urls()
  local run_id = all[1]:match("/start%?rid=(%x+%-%x+%-4%x+%-[89ab]%x+%-%x+)$")
  expect(all):equals { PING .. "/start?rid=" .. run_id, PING .. "?rid=" .. run_id }
end)

test.case("a job that fails is a start and a failure, and fails", function()
  test.http { ["POST " .. PING .. "*"] = { body = "OK" } }
  expect(function() healthchecks.watch("nightly", function() error("no space left") end) end):raises("no space left")
  expect(urls()[2]):matches("/fail%?rid=")
  expect(test.calls.http[2].body):contains("no space left")
end)

test.case("a job whose backup failed, or was stopped, is no success", function()
  test.http { ["POST " .. PING .. "*"] = { body = "OK" } }
  test.backups { web = { outcome = "failed" } }
  healthchecks.watch("nightly", function() backup.wait(backup.start("web")) end)
  expect(urls()[2]):matches("/fail%?rid=")
  expect(test.calls.http[2].body):equals("what it did ended as failed")
end)

test.case("a warning is no success, and each job is told apart", function()
  test.http { ["POST " .. PING .. "*"] = { body = "OK" } }
  test.backups { web = { errors = { "/srv/web/locked" } }, mail = {} }
  local function job(name) return function() backup.wait(backup.start(name)) end end
  healthchecks.watch("nightly", job("web"))
  healthchecks.watch("nightly", job("mail"))
  healthchecks.watch("nightly", job("web"), { warning = "fail" })
  expect(urls()[2]):matches("/log%?rid=")
  expect(test.calls.http[2].body):equals("what it did ended as warning")
  expect(urls()[4]):matches("0d11%?rid=")
  expect(urls()[6]):matches("/fail%?rid=")
end)

test.case("a job goes on when the service is down", function()
  test.http { ["POST " .. PING .. "*"] = { status = 503 } }
  expect(healthchecks.watch("nightly", function() return "done" end)):equals("done")
end)

test.case("a message is a signal", function()
  test.http { ["POST " .. PING .. "*"] = { body = "OK" } }
  healthchecks.send { address = "nightly", title = "a", body = "b", priority = "high", fields = {} }
  healthchecks.send { address = "nightly", title = "a", body = "", priority = "normal", fields = {} }
  healthchecks.send { address = "nightly", title = "a", body = "", priority = "low", fields = { signal = "start", rid = "7" } }
  expect(urls()):equals { PING .. "/fail", PING, PING .. "/start?rid=7" }
  expect(test.calls.http[1].body):equals("a\n\nb")
end)
