local email = require "email"

test.case("a message is a mail with the values as lines", function()
  email.send {
    key = "k", address = "ops@example.org", title = "web failed", body = "no space left", priority = "urgent",
    fields = { files = "3", errors = "2" }, sent = "",
  }
  expect(test.calls.mail):equals {
    { to = "ops@example.org", subject = "[urgent] web failed", body = "no space left\n\nerrors: 2\nfiles: 3" },
  }
end)
