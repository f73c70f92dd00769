-- The night's chain: backs up configurations one after the other, tests that each can be restored, and then removes old
-- backups. A backup that fails does not keep the others from being made, but nothing old is removed then.

return {
  name = "nightly",
  api = 1,
  summary = "Backs up, tests and cleans up.",
  category = "backup",
  needs = { "restore:start", "backup:cleanup" },
  schedule = "0 1 * * *",
  args = {
    configurations = { type = "list", help = "Which ones. Default: all that are enabled." },
    count = { type = "integer", default = 10, help = "How many files of each are restored as a test." },
  },
  run = function(args)
    local names = args.configurations or {}
    if #names == 0 then
      for _, configuration in ipairs(backup.configurations()) do
        if configuration.enabled then names[#names + 1] = configuration.name end
      end
    end
    local bad = {}
    for _, name in ipairs(names) do
      local ok, problem = pcall(function()
        local result = backup.run(name)
        report.add(result)
        local found = restore.test(result, { count = args.count })
        log.info("restored " .. name, { files = found.checked, matched = found.matched })
      end)
      if not ok then
        bad[#bad + 1] = name
        log.error(name .. ": " .. tostring(problem))
      end
    end
    if #bad > 0 then
      run.finish("failed", "no backup, or none that can be restored: " .. table.concat(bad, ", "))
      return
    end
    print("cleanup " .. backup.cleanup().state)
  end,
}
