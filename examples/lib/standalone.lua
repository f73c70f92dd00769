-- What libraries for programs of their own ask for while they load: `io`, `os`, `package` and `debug`, without files,
-- programs or an environment. Put it into the site's `lib` and require it before such a library.
-- What is written to `io.stdout` or `io.stderr` is printed. Needs nothing.
-- luacheck: ignore 111 112 113 121 122 142 143, globals io os package debug

local CONFIG = "/\n;\n?\n!\n-\n"
local EPOCH = "1970-01-01T00:00:00Z"
local line = ""
local stream = { flush = function() end, setvbuf = function() end }

local function nothing() end

local function refuse(name, instead)
  return function() error(name .. " is not for scripts of this host; use " .. instead, 2) end
end

function stream:write(...)
  line = line .. table.concat({ ... })
  line = line:gsub("([^\n]*)\n", function(text)
    print(text)
    return ""
  end)
  return self
end

io = { stdout = stream, stderr = stream, type = nothing, open = refuse("io.open", "fs.read or fs.write") }

function io.write(...) return stream:write(...) end

os = {
  clock = function() return 0 end,
  date = function(pattern) return time.format(time.now(), pattern) end,
  execute = refuse("os.execute", "shell.run"),
  exit = refuse("os.exit", "run.finish"),
  getenv = function() return nil end,
  time = function() return math.floor(time.between(EPOCH, time.now())) end,
}
package = { config = CONFIG, path = "", cpath = "", loaded = {}, searchpath = nothing }
debug = {
  traceback = function(message) return message end,
  gethook = nothing, sethook = nothing, setmetatable = nothing,
}

local find = require
function require(name)
  if name == "debug" then return debug end
  return find(name)
end
