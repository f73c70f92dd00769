-- Healthchecks (https://healthchecks.io/docs/http_api/): tells when a job did not run at all.
--
--   local healthchecks = require "healthchecks"
--   healthchecks.watch("nightly", function() backup.run("web-files") end)
--
-- The ping address of the check is the secret 'healthchecks/nightly': put it into secrets/healthchecks/nightly, mode 0600.
-- 'plugins: {healthchecks: {server: …}}' in moonkeep.yaml names a server of your own. A workflow that requires this asks for its permissions in its own 'needs'. As a notifier
-- ('healthchecks:nightly') it signals a failure for what is high or urgent, else a success, or the field 'signal'.

local SETTINGS = {
  { name = "server", default = "https://hc-ping.com", help = "The server that ping addresses are of." },
}
local settings = plugin.settings("healthchecks", SETTINGS)

local healthchecks = {
  name = "healthchecks",
  api = 1,
  version = "1.0",
  summary = "Signals start, success and failure of jobs to Healthchecks.",
  settings = SETTINGS,
  needs = { "http:" .. settings.server, "secrets:healthchecks/*" },
}

local PATHS = { start = "/start", success = nil, fail = "/fail", log = "/log" }
local SIGNALS = { start = true, success = true, fail = true, log = true }

-- A random UUID: it joins the start of a run with its end. A resumed run gets the same one.
local function make_run_id()
  local id = ("xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx"):gsub("[xy]", function(place)
    return ("%x"):format(place == "x" and math.random(0, 15) or math.random(8, 11))
  end)
  return id
end

local function ping(check, signal, text, run_id)
  http.post(secrets.get("healthchecks/" .. check), {
    path = PATHS[signal],
    query = run_id and { rid = run_id } or nil,
    -- The service keeps the first 100 kB.
    body = (text or ""):sub(1, 100000),
    headers = { ["content-type"] = "text/plain; charset=utf-8" },
    timeout = "10s",
    retry = { attempts = 3, base = "1s" },
    idempotent = true,
  })
end

-- One signal each: 'text' is kept with it, 'run_id' (a UUID) joins those of one run.
function healthchecks.start(check, run_id) ping(check, "start", nil, run_id) end
function healthchecks.success(check, text, run_id) ping(check, "success", text, run_id) end
function healthchecks.fail(check, text, run_id) ping(check, "fail", text, run_id) end

-- A ping that does not arrive is logged: the job is worth more than its signal.
local function try(signal, ...)
  local ok, problem = pcall(ping, ...)
  if not ok then log.warn("healthchecks: the signal '" .. signal .. "' did not arrive: " .. tostring(problem)) end
end

-- Signals the start, calls the job, and signals how it ended: a failure if it raises an error, which is raised on, or if a
-- backup that it waited for failed. A warning is no success: it is logged, so that the check goes down when its grace time is
-- over; with { warning = "fail" } it goes down at once, and with { warning = "success" } it does not.
function healthchecks.watch(check, job, options)
  local on_warning = (options or {}).warning or "log"
  if not SIGNALS[on_warning] then error("healthchecks: 'warning' is log, fail or success, not '" .. tostring(on_warning) .. "'") end
  local run_id = make_run_id()
  try("start", check, "start", nil, run_id)
  local result
  local ok, outcome = pcall(task.outcome, function() result = table.pack(job()) end)
  if not ok then
    try("fail", check, "fail", tostring(outcome), run_id)
    error(outcome, 0)
  end
  local signal = outcome == "ok" and "success" or outcome == "warning" and on_warning or "fail"
  try(signal, check, signal, outcome ~= "ok" and "what it did ended as " .. outcome or nil, run_id)
  return table.unpack(result, 1, result.n)
end

function healthchecks.send(notice)
  local is_bad = notice.priority == "high" or notice.priority == "urgent"
  local signal = notice.fields.signal or (is_bad and "fail" or "success")
  if not SIGNALS[signal] then error("healthchecks: 'signal' is start, success, fail or log, not '" .. signal .. "'") end
  local text = notice.body == "" and notice.title or notice.title .. "\n\n" .. notice.body
  ping(notice.address == "" and "default" or notice.address, signal, text, notice.fields.rid)
end

return healthchecks
