-- PostgreSQL as a source: dumps a database, backs the dump up, and removes it on every path.
--
--   local postgres = require("postgres")
--   postgres.backup {
--     database = "app", configuration = "databases", folder = "/srv/dumps", password = secrets.get("pg/password"),
--   }
--
-- Without 'database' it is the whole cluster, with roles. More options: host (or the folder of a socket), port, user, timeout.
-- The script needs 'fs:write' of the folder, which must be there and among the configuration's inclusions.

local postgres = {
  name = "postgres",
  api = 1,
  version = "1.0",
  summary = "Dumps PostgreSQL databases and backs the dumps up.",
  needs = {
    "shell:pg_dump:env=PGDATABASE,PGHOST,PGPORT,PGUSER,PGPASSWORD",
    "shell:pg_dumpall:env=PGHOST,PGPORT,PGUSER,PGPASSWORD",
  },
}

-- Variables, since all users of the machine can see a program's arguments.
local function environment(options)
  return {
    PGDATABASE = options.database, PGHOST = options.host, PGPORT = options.port, PGUSER = options.user,
    PGPASSWORD = options.password,
  }
end

-- Writes a dump of one database in PostgreSQL's custom format (for pg_restore), or of all as SQL (for psql).
function postgres.dump(options, path)
  local program = { "pg_dumpall", "--no-password" }
  if options.database then program = { "pg_dump", "--no-password", "--format=custom" } end
  shell.run(program, { env = environment(options), stdout = path, timeout = options.timeout or "12h" })
end

-- Answers the backup's record; raises unless the dump is in it.
function postgres.backup(options)
  for _, name in ipairs { "configuration", "folder" } do
    if not options[name] then error("postgres.backup: '" .. name .. "' expected") end
  end
  local name = options.database and options.database:gsub("[^%w_.-]", "_") .. ".dump" or "all.sql"
  return fs.with_temporary_folder({ beneath = options.folder }, function(folder)
    postgres.dump(options, folder .. "/" .. name)
    local result = backup.run(options.configuration)
    if run.dry_run then return result end
    for _, item in ipairs(restore.browse(result, folder)) do
      if item.name == name then return result end
    end
    error(("backup '%s' has no '%s/%s'"):format(result.id, folder, name))
  end)
end

return postgres
