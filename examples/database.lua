-- Backs up a PostgreSQL database: dumps it into /srv/dumps, backs that up with the configuration 'databases', and removes
-- the dump. Needs the plugin 'postgres' (examples/plugins/postgres) in the site's folder 'plugins', and the password in
-- the site's secret 'pg/password'.

local postgres = require("postgres")

return {
  name = "database",
  api = 1,
  summary = "Backs up a PostgreSQL database.",
  category = "databases",
  needs = {
    "shell:pg_dump:env=PGDATABASE,PGHOST,PGPORT,PGUSER,PGPASSWORD",
    "shell:pg_dumpall:env=PGHOST,PGPORT,PGUSER,PGPASSWORD",
    "fs:write:/srv/dumps", "secrets:pg/password",
  },
  args = {
    database = { type = "string", help = "The database. Default: the whole cluster, with roles." },
    host = { type = "string", default = "localhost", help = "The server, or the folder of its socket." },
    port = { type = "integer", default = 5432, help = "The server's port." },
    user = { type = "string", default = "postgres", help = "Whom to connect as." },
  },
  run = function(args)
    report.add(postgres.backup {
      database = args.database,
      host = args.host,
      port = args.port,
      user = args.user,
      password = secrets.get("pg/password"),
      configuration = "databases",
      folder = "/srv/dumps",
    })
  end,
}
