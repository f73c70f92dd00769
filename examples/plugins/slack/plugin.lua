-- Slack, and what understands its incoming webhooks, such as Mattermost and Rocket.Chat.
--
--   notify.send("slack:ops", { title = "web-files failed", body = "no space left", priority = "high" })
--
-- The webhook's address is the secret 'slack/ops': put it into secrets/slack/ops, mode 0600. 'plugins: {slack: {server: …}}' in
-- moonkeep.yaml names a server of your own. Then: moonkeep allow plugins/slack/plugin.lua

local SETTINGS = {
  { name = "server", default = "https://hooks.slack.com", help = "The server that webhooks are of." },
}
local settings = plugin.settings("slack", SETTINGS)

local COLOURS = { low = "#9e9e9e", normal = "#2e7d32", high = "#ef6c00", urgent = "#c62828" }

-- The three characters that mean something in a text (Slack, "Formatting text for app surfaces").
local function escape(text)
  return (text:gsub("[&<>]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;" }))
end

-- The values as an attachment shows them, in the order of their names.
local function fields_of(notice)
  local fields = {}
  for name, value in pairs(notice.fields) do
    fields[#fields + 1] = { title = escape(name), value = escape(value), short = #value < 40 }
  end
  table.sort(fields, function(a, b) return a.title < b.title end)
  return fields
end

local function send(notice)
  local attachment = {
    fallback = escape(notice.title),
    color = COLOURS[notice.priority],
    text = escape(notice.body),
    fields = fields_of(notice),
  }
  if #attachment.fields == 0 then attachment.fields = nil end
  local is_bare = notice.body == "" and not attachment.fields
  -- Slack knows no key that tells a repetition: after a lost answer the message is there twice.
  http.post(secrets.get("slack/" .. (notice.address == "" and "default" or notice.address)), {
    json = { text = escape(notice.title), attachments = not is_bare and { attachment } or nil },
    idempotent = true,
  })
end

return {
  name = "slack",
  api = 1,
  version = "1.0",
  summary = "Sends messages to Slack and to servers with webhooks like its.",
  settings = SETTINGS,
  needs = { "http:" .. settings.server, "secrets:slack/*" },
  send = send,
}
