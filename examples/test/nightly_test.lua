-- Tests of nightly.lua; 'moonkeep test examples' runs them.

test.case("when a backup fails nothing old is removed", function()
  test.backups { mail = { outcome = "failed" }, web = { outcome = "failed" } }
  local result = test.run("nightly.lua", { configurations = { "web" } })
  expect(result.outcome):equals("failed")
  expect(result.message):contains("web")
  expect(result.starts):equals({ "web" })
  expect(result.output):equals({})
end)

test.case("it runs every night at one", function()
  test.backups { web = { outcome = "failed" } }
  local results = test.week("nightly.lua", "2026-03-02T00:00:00Z")
  expect(#results):equals(7)
  expect(results[1].slot):equals("2026-03-02T01:00:00.000000Z")
end)
