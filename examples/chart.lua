-- Backs up a configuration with a progress of its own, and draws it: how much was done at each look, and what the run
-- spent its time on. Needs: --configuration NAME; without it the site's first configuration is taken.

local name = run.args.configuration or backup.configurations()[1].name
local points = { 0 }

local function on_progress(progress)
  if progress.fraction then
    points[#points + 1] = progress.fraction * 100
    print(("%s %s"):format(("#"):rep(math.floor(progress.fraction * 40)), progress.state))
  end
end

local result = backup.wait(backup.start(name), { on_progress = on_progress })
if result.outcome == "ok" or result.outcome == "warning" then points[#points + 1] = 100 end

report.add(result)
report.chart { title = "Progress of " .. name, unit = "%", kind = "line", series = { { name = name, points = points } } }
report.chart { title = "What the run did", kind = "timeline" }
print("saved " .. report.save("chart.html"))
