-- MariaDB and MySQL as a source: dumps a database, backs the dump up, and removes it on every path.
--
--   local mariadb = require("mariadb")
--   mariadb.backup {
--     database = "app", configuration = "databases", folder = "/srv/dumps", password = secrets.get("db/password"),
--   }
--
-- Without 'database' it is all of them. More options: host, port, socket, user, timeout.
-- The script needs 'fs:write' of the folder, which must be there and among the configuration's inclusions.

local mariadb = {
  name = "mariadb",
  api = 1,
  version = "1.0",
  summary = "Dumps MariaDB and MySQL databases and backs the dumps up.",
  needs = { "shell:mariadb-dump:env=MYSQL_PWD" },
}

-- Writes a dump as SQL, of one moment for tables of InnoDB.
function mariadb.dump(options, path)
  local program = { "mariadb-dump", "--single-transaction", "--quick", "--routines", "--events", "--hex-blob" }
  for _, name in ipairs { "host", "port", "socket", "user" } do
    if options[name] then program[#program + 1] = ("--%s=%s"):format(name, options[name]) end
  end
  if options.database then
    program[#program + 1] = "--"
    program[#program + 1] = options.database
  else
    program[#program + 1] = "--all-databases"
  end
  -- A variable, since all users of the machine can see a program's arguments.
  shell.run(program, {
    env = { MYSQL_PWD = options.password }, stdout = path, timeout = options.timeout or "12h",
  })
end

-- Answers the backup's record; raises unless the dump is in it.
function mariadb.backup(options)
  for _, name in ipairs { "configuration", "folder" } do
    if not options[name] then error("mariadb.backup: '" .. name .. "' expected") end
  end
  local name = (options.database or "all"):gsub("[^%w_.-]", "_") .. ".sql"
  return fs.with_temporary_folder({ beneath = options.folder }, function(folder)
    mariadb.dump(options, folder .. "/" .. name)
    local result = backup.run(options.configuration)
    if run.dry_run then return result end
    for _, item in ipairs(restore.browse(result, folder)) do
      if item.name == name then return result end
    end
    error(("backup '%s' has no '%s/%s'"):format(result.id, folder, name))
  end)
end

return mariadb
