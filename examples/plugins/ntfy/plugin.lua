-- ntfy (https://docs.ntfy.sh/publish/): push messages to phones.
--
--   notify.send("ntfy:our-backups", { title = "web-files failed", priority = "urgent" })
--
-- The address is the topic. 'plugins: {ntfy: {server: …, token: …}}' in moonkeep.yaml names a server of your own, and the secret
-- with the login of topics that need one. Then: moonkeep allow plugins/ntfy/plugin.lua

local SETTINGS = {
  { name = "server", default = "https://ntfy.sh", help = "The server's address." },
  { name = "token", help = "The name of the secret that logs in, for example ntfy/token." },
}
local settings = plugin.settings("ntfy", SETTINGS)

local PRIORITIES = { low = 2, normal = 3, high = 4, urgent = 5 }
local TAGS = { high = { "warning" }, urgent = { "rotating_light" } }

-- The text, and a line for each value, in the order of their names.
local function text_of(notice)
  local lines = {}
  for name, value in pairs(notice.fields) do lines[#lines + 1] = name .. ": " .. value end
  table.sort(lines)
  if notice.body ~= "" then table.insert(lines, 1, notice.body) end
  return table.concat(lines, "\n")
end

local function send(notice)
  if not notice.address:match("^[-_%w]+$") then
    error("ntfy: a topic of letters, digits, '-' and '_' expected, as in \"ntfy:our-backups\"; got '" .. notice.address .. "'")
  end
  local text = text_of(notice)
  http.post(settings.server .. "/", {
    json = {
      topic = notice.address,
      title = notice.title,
      message = text ~= "" and text or notice.title,
      priority = PRIORITIES[notice.priority],
      tags = TAGS[notice.priority],
    },
    auth = settings.token and { bearer = secrets.get(settings.token) } or nil,
    -- ntfy knows no key that tells a repetition: after a lost answer the message is there twice.
    idempotent = true,
  })
end

return {
  name = "ntfy",
  api = 1,
  version = "1.0",
  summary = "Sends push messages through ntfy.",
  settings = SETTINGS,
  needs = { "http:" .. settings.server, settings.token and "secrets:" .. settings.token or nil },
  send = send,
}
