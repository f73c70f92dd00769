-- Tests of start_wait_report.lua; 'moonkeep test examples' runs them.

test.case("a backup that completes is reported", function()
  test.backups { web = { duration = "90m" } }
  local result = test.run("start_wait_report.lua", { configuration = "web" })
  expect(result.outcome):equals("ok")
  expect(result.starts):equals({ "web" })
  expect(result.report.text):contains("web")
  expect(result.duration_seconds):equals(90 * 60)
end)

test.case("errors are a warning, which is logged", function()
  test.backups { web = { errors = { "/srv/web/locked" } } }
  local result = test.run("start_wait_report.lua", { configuration = "web" })
  expect(result.outcome):equals("warning")
  expect(result.log[1].level):equals("warn")
end)
