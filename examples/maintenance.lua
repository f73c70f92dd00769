-- Removes old backups in a maintenance window, one run at a time; outside of the window it does nothing.

return {
  name = "maintenance",
  api = 1,
  summary = "Removes old backups at night.",
  category = "maintenance",
  needs = { "backup:cleanup" },
  args = {
    from = { type = "string", default = "01:00", help = "When the window opens." },
    to = { type = "string", default = "05:00", help = "When it closes." },
    zone = { type = "string", default = "UTC", help = "Whose clocks that is, for example Europe/Berlin." },
  },
  run = function(args)
    local window = time.window { from = args.from, to = args.to, tz = args.zone }
    local now = time.now()
    if not window:open(now) then
      run.finish("skipped", "the window opens at " .. window:next_open(now))
      return
    end
    lock.with("maintenance", { wait = "10m" }, function()
      local cleanup = backup.cleanup { timeout = "3h" }
      report.section("Cleanup")
      report.text("It " .. cleanup.state .. " and had until " .. window:closes(now) .. ".")
      print("cleanup " .. cleanup.state)
    end)
  end,
}
