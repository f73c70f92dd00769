import Foundation

/// SQLite's command.
enum SQLiteProgram {
    static let path = "/usr/bin/sqlite3"

    static var exists: Bool { FileManager.default.isExecutableFile(atPath: path) }

    @discardableResult
    static func run(_ sql: String, on file: String, options: [String] = ["-readonly"]) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: path)
        process.arguments = options + ["-header", file, sql]
        process.standardOutput = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self)
    }
}
