-- Starts a backup, waits for it with progress, and reports it.
-- Needs: --configuration NAME; without it the site's first configuration is taken.

local name   = run.args.configuration or backup.configurations()[1].name
local id     = backup.start(name)
local result = backup.wait(id)

report.add(result)

if result.outcome ~= "ok" then
  log.warn("look at backup " .. id, { errors = result.errors.count, reason = result.errors.reason })
end
