-- Tests of watch_progress.lua; 'moonkeep test examples' runs them.

test.case("the end is told in the script's own words", function()
  test.backups { web = { files = 8, bytes = 4096, duration = "1h" } }
  local result = test.run("watch_progress.lua", { configuration = "web" })
  expect(result.outcome):equals("ok")
  expect(result.output[#result.output]):contains("web: completed")
end)
