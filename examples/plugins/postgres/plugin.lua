-- PostgreSQL as a source: dumps a database, backs the dump up, and removes it on every path.
--
--   local postgres = require("postgres")
--   postgres.backup {
--     database = "app", configuration = "databases", folder = "/srv/dumps", password = secrets.get("pg/password"),
--   }
--
-- Without 'database' it is the whole cluster, with roles. More options: host (or the folder of a socket), port, user, timeout.
-- The script needs 'fs:write' of the folder, which must be there and among the configuration's inclusions. The dump has the same
-- path every night and is not compressed, so that restic keeps only what is new in it.
--
--   postgres.restore { backup = id, database = "app", into = "app_again", folder = "/srv/dumps", … }
--
-- puts it back into a database that is there and empty; without 'database' the whole cluster into a server that is empty.
-- For that the script needs 'restore:start' too, and 'shell:pg_restore:env=PGHOST,PGPORT,PGUSER,PGPASSWORD', or for a cluster
-- 'shell:psql:env=PGDATABASE,PGHOST,PGPORT,PGUSER,PGPASSWORD'.

local postgres = {
  name = "postgres",
  api = 1,
  version = "1.0",
  summary = "Dumps PostgreSQL databases, backs the dumps up, and puts them back.",
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
  if options.database then program = { "pg_dump", "--no-password", "--format=custom", "--compress=0" } end
  shell.run(program, { env = environment(options), stdout = path, timeout = options.timeout or "12h" })
end

local function expect(what, options, names)
  for _, name in ipairs(names) do
    if not options[name] then error(("postgres.%s: '%s' expected"):format(what, name)) end
  end
end

-- The folder's name below 'folder', and the dump's in it.
local function place(options)
  local name = options.database and options.database:gsub("[^%w_.-]", "_") .. ".dump" or "all.sql"
  return "postgres-" .. name, name
end

-- Answers the backup's record; raises unless the dump is in it.
function postgres.backup(options)
  expect("backup", options, { "configuration", "folder" })
  local own, name = place(options)
  return lock.with("dumps:" .. options.folder .. "/" .. own, { wait = options.timeout or "12h" }, function()
    return fs.with_temporary_folder({ beneath = options.folder, name = own }, function(folder)
      postgres.dump(options, folder .. "/" .. name)
      local result = backup.run(options.configuration)
      if run.dry_run then return result end
      for _, item in ipairs(restore.browse(result, folder)) do
        if item.name == name then return result end
      end
      error(("backup '%s' has no '%s/%s'"):format(result.id, folder, name))
    end)
  end)
end

-- Puts the dump of a backup (its id or record) back. Nothing is changed where pg_restore fails: it is one transaction.
function postgres.restore(options)
  expect("restore", options, { "backup", "folder" })
  local own, name = place(options)
  local path = ("%s/%s.moonkeep/%s"):format(options.folder, own, name)
  return fs.with_temporary_folder(function(folder)
    restore.run(options.backup, { to = folder, include = { path } })
    local env = environment(options)
    local program = { "psql", "--no-password", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file", folder .. path }
    if options.database then
      program = {
        "pg_restore", "--no-password", "--exit-on-error", "--single-transaction",
        "--dbname", options.into or options.database, folder .. path,
      }
      env.PGDATABASE = nil
    else
      env.PGDATABASE = options.into or "postgres"
    end
    shell.run(program, { env = env, timeout = options.timeout or "12h" })
  end)
end

return postgres
