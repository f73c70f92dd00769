/// Why there are no rules of a time zone.
package struct ZoneProblem: Error, Hashable {
    package enum Kind: Hashable, Sendable {
        /// No zone has this name.
        case unknownName
        /// The system has no time zone database.
        case noDatabase
        /// The database's file is none that can be used.
        case unusableFile
    }

    /// What kind of problem it is.
    package let kind: Kind
    /// What failed, on which value.
    package let message: String
    /// What to do about it.
    package let fix: String

    static func unknownName(_ name: String) -> ZoneProblem {
        ZoneProblem(
            kind: .unknownName,
            message: "there is no time zone '\(name.prefix(100))'",
            fix: "Give the IANA name of a zone, for example 'Europe/London' or 'UTC'."
        )
    }

    static func noDatabase(_ name: String, in folder: String) -> ZoneProblem {
        ZoneProblem(
            kind: .noDatabase,
            message:
                "the time zone '\(name)' cannot be looked up: there is no tzdata in \(folder)",
            fix: "Install the package tzdata."
        )
    }

    static func unusableFile(_ path: String, _ why: String) -> ZoneProblem {
        ZoneProblem(
            kind: .unusableFile,
            message: "the rules of a time zone cannot be read: \(path) \(why)",
            fix: "Install the package tzdata again."
        )
    }
}
