import PluginHost

extension Module {
    /// A short script for each function of `csv`.
    static let csvExamples = [
        "encode": """
        local text = csv.encode({ { name = "web", bytes = 12 } }, { header = { "name", "bytes" } })
        log.info(text)
        """,
        "decode": """
        local rows = csv.decode("name;size\\nweb;12\\n", { header = true, separator = ";" })
        log.info(rows[1].name .. " has " .. rows[1].size)
        """,
    ]

    /// A short script for each function of `yaml`.
    static let yamlExamples = [
        "encode": #"log.info(yaml.encode({ name = "web", folders = { "/srv", "/etc" } }))"#,
        "decode": """
        local value = yaml.decode("keep: 30\\nhosts: [web, mail]")
        log.info(#value.hosts .. " hosts, kept for " .. value.keep .. " days")
        """,
    ]

    /// A short script for the function of `template`.
    static let templateExamples = [
        "render": """
        local text = template.render("Failed:{{#names}} {{.}}{{/names}}", { names = { "web", "mail" } })
        log.warn(text)
        """
    ]
}
