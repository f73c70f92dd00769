extension ScriptTemplate {
    static let workflow = """
        -- NAME: backs up the site's configurations one after the other, and reports them.
        -- Needs nothing beyond what every script may do: it starts backups and waits for them.
        return {
          name = "NAME",
          api = 1,
          summary = "Backs up the site's configurations and reports them.",
          args = {
            { name = "only", type = "string", help = "Back up this configuration alone." },
          },
          schedule = schedule.cron("30 2 * * *", { tz = "UTC" }),
          run = function(args)
            for _, configuration in ipairs(backup.configurations()) do
              if not args.only or args.only == configuration.name then
                local result = backup.wait(backup.start(configuration.id))
                report.add(result)
                if result.state ~= "completed" then
                  log.warn("look at " .. configuration.name, { errors = result.errors.count })
                end
              end
            end
          end,
        }

        """

    static let workflowTest = """
        -- Tests of NAME.lua; 'moonkeep test' runs them, 'moonkeep help test' explains them.

        test.case("all configurations are backed up, one after the other", function()
          test.backups { mail = { duration = "2h" }, web = { duration = "10m" } }
          local result = test.run("NAME.lua")
          expect(result.outcome):equals("ok")
          expect(result.starts):equals({ "mail", "web" })
          expect(result.duration_seconds):near(130 * 60, 1)
        end)

        test.case("one that is named is backed up alone", function()
          test.backups { mail = {}, web = {} }
          expect(test.run("NAME.lua", { only = "web" }).starts):equals({ "web" })
        end)

        test.case("a backup with errors is a warning", function()
          test.backups { web = { errors = { "/srv/web/locked" } } }
          local result = test.run("NAME.lua")
          expect(result.outcome):equals("warning")
          expect(result.log[1].message):equals("look at web")
        end)

        test.case("it runs every night", function()
          test.backups { web = {} }
          expect(#test.week("NAME.lua")):equals(7)
        end)

        test.crash_everywhere("nothing is started twice, wherever the host dies", function()
          test.backups { mail = {}, web = {} }
          local result = test.run("NAME.lua")
          expect(result.outcome):equals("ok")
          expect(result.starts):equals({ "mail", "web" })
        end)

        """

    static let plugin = """
        -- NAME: what several workflows of a site do alike; they write: local NAME = require "NAME"
        -- Needs nothing beyond what every script may do.

        --- Whether a configuration has a backup that ended well in the last days.
        -- @param configuration a configuration's id or name
        -- @param days how many days back, 1 by default
        -- @return boolean
        local function is_fresh(configuration, days)
          local latest = backup.latest(configuration, { state = "completed" })
          if not latest then
            return false
          end
          return time.parse(time.add(latest.ended_time, (days or 1) * 86400)) >= time.parse(time.now())
        end

        return {
          name = "NAME",
          api = 1,
          version = "0.1.0",
          summary = "Says whether a configuration has a fresh backup.",
          needs = {},
          is_fresh = is_fresh,
        }

        """

    static let pluginTest = """
        -- Tests of the plugin NAME; 'moonkeep test' runs them, 'moonkeep help test' explains them.
        local NAME = require "NAME"

        test.case("without a backup nothing is fresh", function()
          test.backups { web = {} }
          expect(NAME.is_fresh("web")):is_false()
        end)

        test.case("a backup is fresh for a day", function()
          test.backups { web = { duration = "10m" } }
          backup.run("web")
          expect(NAME.is_fresh("web")):is_true()
          test.clock:advance("2d")
          expect(NAME.is_fresh("web")):is_false()
          expect(NAME.is_fresh("web", 3)):is_true()
        end)

        test.case("a backup that failed does not count", function()
          test.backups { web = { outcome = "failed" } }
          backup.wait(backup.start("web"))
          expect(NAME.is_fresh("web")):is_false()
        end)

        """

    static let notifier = """
        -- NAME: a notifier that posts each message as JSON to a server.
        -- A script uses it so: notify.provider("NAME", require "NAME"), and then notify.send("NAME", "a title").
        -- Needs the server: change the address and the permission below. The script asks for the permission too.

        local ADDRESS = "https://hooks.example.org/1"

        --- Delivers a message; raises when it could not be delivered.
        -- @param message {key, address, title, body, priority, fields, sent}; 'key' is the same in every attempt
        local function send(message)
          http.post(ADDRESS, {
            json = {
              title = message.title,
              body = message.body,
              priority = message.priority,
              key = message.key,
            },
            -- The receiver can tell by the key that it has the message already.
            idempotent = true,
          })
        end

        return {
          name = "NAME",
          api = 1,
          version = "0.1.0",
          summary = "Posts messages as JSON.",
          needs = { "http:https://hooks.example.org" },
          send = send,
        }

        """

    static let notifierTest = """
        -- Tests of the notifier NAME; 'moonkeep test' runs them, 'moonkeep help test' explains them.
        local NAME = require "NAME"

        local MESSAGE = { key = "k1", title = "web failed", body = "no space left", priority = "high", fields = {} }

        test.case("a message is posted as JSON", function()
          test.http { ["POST https://hooks.example.org/1"] = { status = 204 } }
          NAME.send(MESSAGE)
          local sent = json.decode(test.calls.http[1].body)
          expect(sent):contains({ title = "web failed", body = "no space left", key = "k1" })
        end)

        test.case("a server that refuses makes the delivery fail", function()
          test.http { ["POST https://hooks.example.org/1"] = { status = 500, body = "broken" } }
          expect(function() NAME.send(MESSAGE) end):raises("500")
        end)

        test.case("a server that is not there makes the delivery fail", function()
          test.http { ["POST https://hooks.example.org/1"] = { unreachable = true } }
          expect(function() NAME.send(MESSAGE) end):raises("no connection")
        end)

        """
}
