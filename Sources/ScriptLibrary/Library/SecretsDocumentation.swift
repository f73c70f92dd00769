import PluginHost

extension LibraryDocumentation {
    /// The types that the descriptions of `secrets` name.
    static let secretTypes: [TypeDescription] = [
        TypeDescription(
            "Secret",
            "A handle of a secret, which shows as \"<secret NAME>\" everywhere.",
            object: [.field("name", "string", "The secret's name.")]
        )
    ]

    /// A short script for the function of `secrets`.
    static let secretExamples = [
        "get": """
        local password = secrets.get("pg/password")
        shell.run({ "pg_dump", "app" }, { env = { PGPASSWORD = password }, stdout = "/srv/out/app.sql" })
        """
    ]
}
