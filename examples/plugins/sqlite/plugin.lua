-- SQLite as a source: copies a database that is in use, backs the copy up, and removes it on every path.
--
--   local sqlite = require("sqlite")
--   sqlite.backup { database = "/srv/app/app.sqlite", configuration = "databases", folder = "/srv/dumps" }
--
-- More options: timeout. The script needs 'fs:write' of the folder, which must be there and among the configuration's
-- inclusions; the database is read by sqlite3 itself.

local sqlite = {
  name = "sqlite",
  api = 1,
  version = "1.0",
  summary = "Copies SQLite databases that are in use and backs the copies up.",
  needs = { "shell:sqlite3" },
}

-- Writes a copy of one moment into a folder, under the database's name, and answers the name.
function sqlite.dump(options, folder)
  local name = options.database:match("^/.*/([^/]+)$") or options.database:match("^/([^/]+)$")
  if not name then error("sqlite.dump: an absolute path expected as 'database'") end
  name = name:gsub("[^%w_.-]", "_")
  -- Read only: else sqlite3 makes an empty database where there is none. In the folder: its commands know no odd paths.
  shell.run({ "sqlite3", "-batch", "-bail", "-readonly", "-cmd", ".timeout 60000", options.database, ".backup " .. name }, {
    cwd = folder, timeout = options.timeout or "12h",
  })
  local said = shell.run({ "sqlite3", "-batch", "-bail", folder .. "/" .. name, "PRAGMA integrity_check" }).stdout
  if said ~= "ok\n" then error(("'%s' is damaged: %s"):format(options.database, said)) end
  return name
end

-- Answers the backup's record; raises unless the copy is in it.
function sqlite.backup(options)
  for _, name in ipairs { "database", "configuration", "folder" } do
    if not options[name] then error("sqlite.backup: '" .. name .. "' expected") end
  end
  return fs.with_temporary_folder({ beneath = options.folder }, function(folder)
    local name = sqlite.dump(options, folder)
    local result = backup.run(options.configuration)
    if run.dry_run then return result end
    for _, item in ipairs(restore.browse(result, folder)) do
      if item.name == name then return result end
    end
    error(("backup '%s' has no '%s/%s'"):format(result.id, folder, name))
  end)
end

return sqlite
