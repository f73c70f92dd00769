-- Tests of maintenance.lua; 'moonkeep test examples' runs them.

test.case("outside of the window nothing is done", function()
  test.clock:set("2026-03-01T12:00:00Z")
  local result = test.run("maintenance.lua")
  expect(result.outcome):equals("skipped")
  expect(result.message):contains("2026-03-02T01:00")
end)

test.case("in the window old backups are removed", function()
  test.clock:set("2026-03-01T02:00:00Z")
  local result = test.run("maintenance.lua")
  expect(result.outcome):equals("ok")
  expect(result.output):equals({ "cleanup completed" })
end)
