extension StandardDocumentation {
    /// The types that the descriptions of `report` name.
    static let reportTypes: [TypeDescription] = [
        TypeDescription(
            "Report",
            "A report of a script's own.",
            object: [
                .field("add", "function(backup: Backup)", "Adds a backup."),
                .field("section", "function(title: string)", "Begins a section."),
                .field("text", "function(text: any)", "Adds a paragraph."),
                .field("table", "function(columns: list of strings, rows: list of lists)", "Adds a table."),
                .field("chart", "function(spec: Chart)", "Adds a picture."),
                .field(
                    "save",
                    "function(name: string): string",
                    "Writes it into the site's folder 'reports'."
                ),
                .field("markdown", "function(): string", "Answers it as Markdown."),
                .field("html", "function(): string", "Answers it as an HTML page."),
            ]
        ),
        TypeDescription(
            "Chart",
            "A picture in a report.",
            record: [
                .field("kind", "\"line\" or \"bar\" or \"timeline\"", "What is drawn."),
                .absent("title", "string", "The line above it, at most 200 bytes."),
                .absent("unit", "string", "The unit of the values."),
                .absent(
                    "series",
                    "list of ChartSeries",
                    "The lines of a line chart, at most \(Chart.seriesLimit)."
                ),
                .absent("bars", "list of ChartBar", "The bars of a bar chart, at most \(Chart.rowLimit)."),
                .absent("spans", "list of ChartSpan", "The rows of a timeline, at most \(Chart.rowLimit)."),
            ]
        ),
        TypeDescription(
            "ChartSeries",
            "A line of a line chart.",
            record: [
                .absent("name", "string", "What it shows."),
                .field(
                    "points",
                    "list",
                    "Its points: numbers, or pairs such as { 1, 2.5 } or { x = 1, y = 2.5 }."
                ),
            ]
        ),
        TypeDescription(
            "ChartBar",
            "A bar of a bar chart.",
            record: [
                .absent("label", "string", "What it shows."),
                .field("value", "number", "Its length, in the unit."),
            ]
        ),
        TypeDescription(
            "ChartSpan",
            "A row of a timeline.",
            record: [
                .absent("label", "string", "What it shows."),
                .field("start_seconds", "number", "Where it begins, in seconds."),
                .field("end_seconds", "number", "Where it ends, in seconds."),
                .absent("failed", "boolean", "Whether it is drawn as a failure."),
            ]
        ),
    ]

    /// A short script for each function of `report`.
    static let reportExamples = [
        "add": #"report.add(backup.wait(backup.start("web-files")))"#,
        "section": """
        report.section("Databases")
        report.text("All dumps were made.")
        """,
        "text": #"report.text("The site was frozen for 12 seconds.")"#,
        "table": #"report.table({ "disk", "free" }, { { "sda", "12 GiB" }, { "sdb", "3 GiB" } })"#,
        "chart": """
        report.chart({
          title = "Dumps", unit = "MiB", kind = "bar",
          bars = { { label = "app", value = 120 }, { label = "shop", value = 80.5 } },
        })
        """,
        "save": """
        report.add(backup.run("web-files"))
        log.info("saved as " .. report.save("nightly-%Y-%m-%d.html"))
        """,
        "markdown": """
        report.add(backup.run("web-files"))
        print(report.markdown())
        """,
        "html": """
        report.add(backup.run("web-files"))
        log.info("the page has " .. #report.html() .. " bytes")
        """,
        "new": """
        local weekly = report.new("The week")
        weekly:section("Backups")
        for _, each in ipairs(backup.list({ limit = 7 })) do weekly:add(each) end
        weekly:save("weekly.html")
        """,
    ]
}
