/// The tables of a kind of database, and their history.
package struct Schema: Sendable {
    /// A change of the tables. Once released it is never edited: a later change is a new one.
    package struct Migration: Sendable {
        /// What it brings, for people.
        package let name: String
        /// Its statements.
        package let sql: String

        /// Makes a change.
        package init(name: String, sql: String) {
            self.name = name
            self.sql = sql
        }
    }

    /// Marks a file as one of this kind: https://www.sqlite.org/pragma.html#pragma_application_id
    package let applicationID: Int
    /// All changes in their order. The table `migration` says which of them there are.
    package let migrations: [Migration]

    /// Makes a schema.
    package init(applicationID: Int, migrations: [Migration]) {
        self.applicationID = applicationID
        self.migrations = migrations
    }

    static let migrationTable = """
        CREATE TABLE IF NOT EXISTS migration (
            version {id},
            name    TEXT NOT NULL
        ) {strict}
        """
}
