-- The plugin with settings, as 'plugins' in moonkeep.yaml has them.
test.settings("ntfy", { server = "https://ntfy.example.org", token = "ntfy/token" })
local ntfy = require "ntfy"

test.case("its server and its login are those of the settings", function()
  test.secrets { ["ntfy/token"] = "tk_not_a_real_one" }
  test.http { ["POST https://ntfy.example.org/"] = { json = { id = "1" } } }
  ntfy.send { key = "k", address = "ops", title = "x", body = "", priority = "low", fields = {}, sent = "" }
  expect(test.calls.http[1].headers.authorization):equals("Bearer tk_not_a_real_one")
end)
