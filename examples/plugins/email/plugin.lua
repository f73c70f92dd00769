-- E-mail through the mail server of the site ('smtp' in moonkeep.yaml).
--
--   notify.send("email:ops@example.org", { title = "web-files failed", body = "no space left", priority = "high" })
--
-- 'plugins: {email: {recipients: [ops@example.org]}}' in moonkeep.yaml says whom it may write to. Then: moonkeep allow plugins/email/plugin.lua

local SETTINGS = {
  { name = "recipients", type = "list", default = { "*" }, help = "Whom it may write to; * is everybody." },
}
local settings = plugin.settings("email", SETTINGS)

local MARKS = { high = "[high] ", urgent = "[urgent] " }

local function send(notice)
  local lines = {}
  for name, value in pairs(notice.fields) do lines[#lines + 1] = name .. ": " .. value end
  table.sort(lines)
  local text = table.concat(lines, "\n")
  if notice.body ~= "" then text = notice.body .. (text ~= "" and "\n\n" .. text or "") end
  local subject = (MARKS[notice.priority] or "") .. notice.title
  mail.send(notice.address, {
    -- A subject has at most 250 bytes, which a title alone may have.
    subject = #subject <= 250 and subject or notice.title,
    body = text ~= "" and text or notice.title,
    -- The same in every attempt: so is the 'Message-ID', by which a receiver tells a repetition.
    key = notice.key,
  })
end

local needs = {}
for index, address in ipairs(settings.recipients) do needs[index] = "mail:" .. address end

return {
  name = "email",
  api = 1,
  version = "1.0",
  summary = "Sends messages as e-mails.",
  settings = SETTINGS,
  needs = needs,
  send = send,
}
