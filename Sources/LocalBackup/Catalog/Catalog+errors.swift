import BackupAPI
import GRDB

extension Catalog {
    /// The errors of a run, in the order of their appearance.
    func errorItems(of row: some RunRow) async throws -> [ErrorItem] {
        let (kind, id) = (type(of: row).kind, row.id)
        return try await file.read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM \(kind)_error WHERE \(kind)_id = ? ORDER BY item",
                arguments: [id]
            )
            .map { row in
                let code: Int? = row["code"]
                return ErrorItem(
                    index: row["item"],
                    path: row["path"],
                    type: row["type"],
                    description: row["description"],
                    exception: code.map {
                        ErrorException(code: $0, description: row["description"] ?? "", details: "")
                    }
                )
            }
        }
    }

    static func add(_ items: [ErrorItem], of row: some RunRow, _ database: Database) throws {
        for item in items {
            try database.execute(
                sql: "INSERT INTO \(type(of: row).kind)_error VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [row.id, item.index, item.path, item.type, item.description, item.exception?.code]
            )
        }
    }
}
