/// The places in which a script can put the secrets `s` and `p`, each as the body of a function; `ORIGIN` is a server that
/// repeats what it hears, and `FOLDER` a folder.
enum PlantedPlaces {
    /// Those where a handle is taken, or the name that it shows.
    static let allowed = words + texts + programs + answers

    /// Those where only a text is taken, and those that fail with what somebody outside has said.
    static let refused = misuses + failures

    /// What the script says, keeps and counts.
    private static let words = [
        "print(s, p, { s })",
        "log.debug(s) log.info(s) log.warn(tostring(s), { secret = s, list = { s, p }, text = tostring(s) }) log.error(p)",
        "report.section(tostring(s)) report.text(s)",
        "report.table({ s, 'b' }, { { s, tostring(p) }, { { s } } })",
        "report.chart { kind = 'bar', title = tostring(s), bars = { { label = tostring(p), value = 1 } } }",
        "run.finish('warning', tostring(s) .. tostring(p))",
        "state.set(tostring(s), { tostring(p) }) return state.get(tostring(s)), state.list()",
        "state.set('shared/x', tostring(s)) return state.get('shared/x')",
        "metrics.gauge('planted_bytes', 1, { secret = s, text = tostring(p) })",
        "metrics.counter('planted_total', 1, { secret = s })",
        "return task.step(tostring(s), function() return tostring(p) end)",
        "return task.all { function() return tostring(s) end, function() return tostring(p) end }",
        "return task.map({ tostring(s) }, function(text) print(text, s) return text end)",
        "return lock.with(tostring(s), function() return tostring(p) end)",
        "local held <close> = lock.acquire(tostring(p)) print(held)",
        "run.args.secret = s return run.args",
        "return backup.list { limit = 1 }, backup.run('web').state",
    ]

    /// What a script makes texts with.
    private static let texts = [
        "return tostring(s), string.format('%s %s', s, p), ('<' .. tostring(s) .. '>'):upper()",
        "return s.name, p.name, s == p, s == secrets.get('planted')",
        "return json.encode { text = tostring(s) }, yaml.encode { [tostring(s)] = tostring(p) }",
        "return csv.encode({ { tostring(s), tostring(p) } })",
        "return template.render('{{s}} {{{p}}}', { s = tostring(s), p = tostring(p) })",
        "return load('return \"' .. tostring(s) .. '\"')()",
        "return coroutine.wrap(function() coroutine.yield(s) end)()",
        "return setmetatable({}, { __tostring = function() return tostring(s) end })",
        "return select(2, pcall(error, s)), select(2, pcall(error, { s, message = tostring(p) }))",
    ]

    /// Programs that are handed a secret and write it down in their own way.
    private static let programs = [
        "return shell.run { 'cat', stdin = s }",
        "return shell.run { 'env', env = { S = s, P = p } }",
        "return shell.sh('printf %s \"$S\"; printf %s \"$P\" >&2', { env = { S = s, P = p } })",
        "return shell.sh('cat; exit 3', { stdin = s, ok = 3 })",
        "return shell.sh('base64; printf \"user:%s\" \"$P\" | base64 -w0 | tr -- +/ -_', { stdin = s, env = { P = p } })",
        "return shell.sh('od -An -v -tx1 | tr -d \" \\n\"; printf %s \"$P\" | od -An -v -tx1 | tr -d \" \\n\" | tr a-f A-F', { stdin = s, env = { P = p } })",
        "return shell.sh([[set -x; : \"$S\"; sed 's/[\"\\\\]/\\\\&/g']], { stdin = s, env = { S = s } })",
        "return shell.sh([[sed \"s/'/''/g\"]], { stdin = s })",
        "return shell.sh([[sed 's/\"/\"\"/g']], { stdin = s })",
        "return shell.sh('export', { env = { S = s, P = p } })",
        "return shell.sh('cat /proc/self/environ /proc/$$/environ /proc/[0-9]*/cmdline; true', { env = { S = s, P = p } })",
        """
        return fs.with_temporary_folder(function(folder)
          shell.sh('cat', { stdin = s, stdout = folder .. '/a' })
          shell.sh('cd ' .. folder .. ' && : > \"x$P\"', { env = { P = p } })
          return fs.read(folder .. '/a'), fs.list(folder)
        end)
        """,
        "return shell.run { 'echo', tostring(s), tostring(p) }",
        "return shell.sh('cat > FOLDER/given/stdin; printf %s \"$P\" > FOLDER/given/variable', { stdin = s, env = { P = p } })",
        "fs.write('FOLDER/folder/a', tostring(s)) fs.append('FOLDER/folder/a', tostring(p)) return fs.read('FOLDER/folder/a')",
        "return fs.read('FOLDER/secrets/planted'), fs.read('FOLDER/credentials/of@systemd')",
    ]

    /// Servers that are told a secret and repeat it.
    private static let answers = [
        "return http.get('ORIGIN/json', { auth = { bearer = s } })",
        "return http.get('ORIGIN/json', { auth = { user = 'me', password = s } })",
        "return http.get('ORIGIN/headers', { auth = { header = 'X-Key', value = p } })",
        "return http.post('ORIGIN/json', { json = { s, { deep = p } } })",
        "return http.get('ORIGIN/error', { auth = { bearer = p }, expect = 'any' })",
        "return http.get('ORIGIN/error.html', { auth = { bearer = s }, expect = 403 })",
        "return http.get('ORIGIN/on', { auth = { bearer = s }, expect = 'any' })",
        """
        notify.provider('chat', { send = function(notice)
          print(json.encode(notice), s)
          http.post('ORIGIN/error', { json = { notice.title, s } })
        end })
        return notify.send('chat:' .. tostring(s), {
          title = 'of ' .. tostring(s), body = s, fields = { [tostring(s)] = s, p = p },
        })
        """,
    ]

    /// A handle where it is of no use.
    private static let misuses = [
        "return 'x' .. s", "return s .. p", "return #s", "return s < p", "return s + 1", "return s()",
        "return s.value", "return s:reveal()", "s.value = 1", "return ('x'):rep(s)",
        "return ('x'):gsub('x', s)",
        "return string.byte(s)", "return table.concat { s, p }", "table.sort { s, p }",
        "return json.encode { s }",
        "return yaml.encode { s = s }", "return next(s)", "return rawget(s, 'value')", "setmetatable(s, {})",
        "log.info('x', { fields = { [s] = 1 } })", "run.finish(tostring(s), s)", "return secrets.get(s)",
        "return secrets.get(tostring(s))", "state.set('k', s)", "state.set(s, 1)",
        "return require(tostring(s))",
        "return load(s)", "error(s)", "error({ code = tostring(s), message = tostring(p), data = s })",
        "error(tostring(s) .. tostring(p))", "return shell.run { 'echo', s }",
        "return shell.run { tostring(s) }",
        "return shell.sh(s)", "return shell.run { 'cat', cwd = s }", "return shell.run { 'cat', stdout = s }",
        "return shell.run { 'cat', env = { LD_PRELOAD = s } }", "fs.write('FOLDER/folder/a', s)",
        "fs.write(s, 'x')",
        "return fs.read('FOLDER/folder/' .. tostring(s))",
        "return http.get('ORIGIN/json', { query = { s = s } })",
        "return http.get('ORIGIN/json', { headers = { s = s } })",
        "return http.post('ORIGIN/json', { body = s })",
        "return http.post('ORIGIN/json', { form = { s = s } })",
        "return http.get('ORIGIN/json', { path = s })",
        "return http.get('ORIGIN/' .. tostring(s))", "return http.get(s)", "return http.get(p)",
        "return http.get('ORIGIN/json', { auth = { bearer = tostring(s) } })",
        "return notify.send('nobody', tostring(s))",
        "return notify.send(tostring(s), tostring(p))",
        "mail.send('ops@example.org', { subject = tostring(s), body = tostring(p) })", "report.add(s)",
        "report.table(s, p)",
        "lock.with(s, print)",
        "metrics.gauge(tostring(s), 1)", "return backup.start(s)", "return backup.start(tostring(s))",
        "return backup.wait(s)", "return backup.list { configuration = s, state = s }",
        "return restore.start(tostring(s), { to = tostring(p) })", "return time.parse(tostring(s))",
        "task.sleep(s)",
        "return json.decode(tostring(s))", "return csv.decode(tostring(s), { separator = tostring(s) })",
    ]

    /// What programs and servers say of a secret when they fail.
    static let failures = [
        "return shell.sh('cat; cat >&2; exit 3', { stdin = s })",
        "return shell.sh('echo \"$S\" >&2; echo \"$P\" | base64 >&2; kill -9 $$', { env = { S = s, P = p } })",
        "return shell.sh('for i in $(seq 3000); do printf %s \"$S\"; done >&2; exit 1', { env = { S = s } })",
        "return shell.sh('cat; cat /dev/zero', { stdin = s, max_output = 1000 })",
        "return shell.sh('\"$S\"', { env = { S = s } })",
        "return task.step(tostring(s), function() shell.sh('cat >&2; exit 1', { stdin = s }) end)",
        "return task.retry({ attempts = 2, base = 0 }, function() shell.sh('cat >&2; exit 1', { stdin = p }) end)",
        "return http.get('ORIGIN/error', { auth = { bearer = s } })",
        "return http.get('ORIGIN/error.json', { auth = { bearer = s } })",
        "return http.get('ORIGIN/error.html', { auth = { user = 'me', password = s } })",
        "return http.post('ORIGIN/gone', { json = { s } })",
        "return http.get('ORIGIN/on', { auth = { bearer = s } })",
        "return http.get('ORIGIN/below', { auth = { bearer = s } })",
        "return http.get('ORIGIN/away', { auth = { bearer = p } })",
        "return http.get('ORIGIN/nowhere', { auth = { bearer = s } })",
        "return http.get('ORIGIN/cut', { auth = { bearer = s } })",
        "return http.get('http://127.0.0.1:1/', { auth = { bearer = s } })",
    ]

    /// Defines a function that prints a value with all that is in it.
    static let show = """
        local function show(value)
          print(value)
          if type(value) ~= "table" then return end
          for key, item in pairs(value) do
            print(key)
            show(item)
          end
        end
        """

    /// A script that tries them all, says all that comes of each, and fails with what a server has said.
    static let script = """
        \(show)
        local count = 0
        local function try(place)
          count = count + 1
          local results = table.pack(pcall(place))
          print("place " .. count .. " " .. tostring(results[1]))
          log.info("place " .. count, { results = results })
          for index = 2, results.n do
            show(results[index])
            report.text(results[index])
          end
        end
        \((allowed + refused).map { "try(function()\n\($0)\nend)" }.joined(separator: "\n"))
        report.save("planted.md")
        report.save("planted.html")
        http.get("ORIGIN/error", { auth = { bearer = s } })
        """

    /// A script whose program waits until somebody writes to the pipe `given/gate`, while a backup runs.
    static let waiting = """
        local id = backup.start("web")
        local said = shell.sh([[
          cat > FOLDER/given/stdin
          echo $$ > FOLDER/given/process
          read line < FOLDER/given/gate
          printf "%s" "$S" >&2
          cat FOLDER/given/stdin
        ]], { stdin = s, env = { S = s }, on_unknown = "retry" })
        log.warn("said", said)
        print("said " .. said.stdout .. " " .. said.stderr .. " " .. backup.wait(id).state)
        """

    /// A plugin that says all that its hooks are told of a run.
    static let plugin = """
        \(show)
        for _, event in ipairs { "run.started", "run.finished", "backup.finished", "step.failed" } do
          hooks.on(event, function(told)
            local s = secrets.get("planted")
            print("hook " .. event, s)
            show(told)
            log.info("hook " .. event, { told = told, secret = s })
            if event == "run.finished" then shell.run { "cat", stdin = s, ok = 1 } end
          end)
        end
        return { api = 1, name = "watch", needs = { "secrets:*", "shell:cat" } }
        """
}
