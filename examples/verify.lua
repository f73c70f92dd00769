-- Proves that the newest backup of a configuration can be restored: restores a sample of its files, compares them with
-- the originals that have not changed since, and fails when one is missing, changed or unreadable.

return {
  name = "verify",
  api = 1,
  summary = "Tests that the newest backup can be restored.",
  category = "verification",
  needs = { "restore:start" },
  args = {
    configuration = { type = "string", required = true, help = "The configuration's id or name." },
    count = { type = "integer", default = 20, help = "How many files." },
    seed = { type = "string", help = "The same seed chooses the same files. Default: the backup's id." },
  },
  run = function(args)
    local newest = backup.latest(args.configuration, { state = "completed" })
    if not newest then error("'" .. args.configuration .. "' has no completed backup") end
    local found = restore.test(newest, { count = args.count, seed = args.seed })
    local rows = {}
    for i, file in ipairs(found.files) do
      rows[i] = { file.path, file.bytes, file.matched and "the same" or "readable" }
    end
    report.section("Restored from backup " .. newest.id)
    report.table({ "file", "bytes", "is" }, rows)
    print(("%d files restored, %d compared with their originals"):format(found.checked, found.matched))
  end,
}
