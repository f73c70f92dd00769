-- Backs up every configuration, one after the other; the run's outcome is the worst of them.
-- One that fails does not keep the others from being backed up. Needs nothing.

local rows = {}

report.section("Backups")
for _, configuration in ipairs(backup.configurations()) do
  local result = backup.wait(backup.start(configuration.id))
  report.add(result)
  if result.outcome ~= "ok" then
    for _, item in ipairs(backup.errors(result.id).list) do
      rows[#rows + 1] = { configuration.name, item.path, item.description or item.type }
    end
  end
end

if #rows > 0 then
  report.section("Look at")
  report.table({ "configuration", "path", "what happened" }, rows)
end
print("saved " .. report.save("many.html"))
