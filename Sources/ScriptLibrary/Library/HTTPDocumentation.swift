import PluginHost

extension LibraryDocumentation {
    /// The types that the descriptions of `http` name.
    static let webTypes: [TypeDescription] = [
        TypeDescription(
            "address",
            "The address of something on a server, for example \"https://example.org/hooks/1\".",
            type: "string"
        ),
        TypeDescription(
            "Response",
            "What a server answered.",
            record: [
                .field("status", "integer", "The status, for example 200."),
                .field("headers", "table of strings", "The headers, by their names in small letters."),
                .field("body", "string", "The body's bytes."),
                .absent("json", "any", "The body's value, where it is JSON."),
                .absent("url", "string", "The address that answered, after redirects and without its query."),
            ]
        ),
        TypeDescription(
            "Authentication",
            "Who asks: 'bearer', or 'user' and 'password', or 'header' and 'value'.",
            record: [
                .absent("bearer", "Secret", "A bearer token."),
                .absent("user", "string", "The user of basic authentication."),
                .absent("password", "Secret", "The password of basic authentication."),
                .absent("header", "string", "The name of a header of the server's own."),
                .absent("value", "Secret", "The value of that header."),
            ]
        ),
        TypeDescription(
            "RetryPolicy",
            "How a request is tried again.",
            record: [
                .absent("attempts", "integer", "How often at most, 1 to 20. Default: 1."),
                .absent("base", "duration", "The first pause, at most. Default: 1s."),
                .absent("max", "duration", "The longest pause. Default: 30s."),
            ]
        ),
    ]

    /// A short script for each function of `http`.
    static let webExamples = [
        "get": """
        local answer = http.get("https://hooks.example.org/status", { timeout = "10s", retry = { attempts = 3 } })
        log.info("status " .. answer.status, { name = answer.json.name })
        """,
        "post": """
        http.post("https://hooks.example.org/hooks/1", {
          json = { text = "backed up" },
          auth = { bearer = secrets.get("hooks/token") },
          on_unknown = "skip",
        })
        """,
        "put": #"http.put("https://hooks.example.org/state/nightly", { json = { ok = true } })"#,
        "patch": #"http.patch("https://hooks.example.org/state/nightly", { form = { ok = "yes" } })"#,
        "delete": """
        local answer = http.delete("https://hooks.example.org/state/nightly", { expect = { 200, 204, 404 } })
        log.info("answered " .. answer.status)
        """,
        "request": """
        local answer = http.request("HEAD", "https://hooks.example.org/status", { expect = "any" })
        log.info("answered " .. answer.status)
        """,
    ]
}
