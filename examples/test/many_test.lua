-- Tests of many.lua; 'moonkeep test examples' runs them.

test.case("the worst outcome of all backups wins", function()
  test.backups { mail = {}, web = { errors = { "/srv/web/locked" } } }
  local result = test.run("many.lua")
  expect(result.outcome):equals("warning")
  expect(result.starts):contains("mail")
  expect(result.starts):contains("web")
  expect(result.report.markdown):contains("Backups")
end)

test.crash_everywhere("nothing is started twice, wherever the host dies", function()
  test.backups { mail = { duration = "3h" }, web = { duration = "10m" } }
  local result = test.run("many.lua")
  expect(result.outcome):equals("ok")
  expect(#result.starts):equals(2)
end)
