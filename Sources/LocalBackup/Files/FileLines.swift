import BackupAPI
import Foundation

/// The lines of a file, read a piece at a time.
enum FileLines {
    /// Gives every line to `body`, the last one also when it has no end; a file that is not there has none.
    ///
    /// Gives other tasks their turn between two pieces. Throws what `body` throws.
    static func read(_ path: String, _ body: ([UInt8]) throws -> Void) async throws {
        guard let file = FileHandle(forReadingAtPath: path) else { return }
        defer { try? file.close() }
        var splitter = LineSplitter()
        while let chunk = try file.read(upToCount: 64 * 1024), !chunk.isEmpty {
            for line in splitter.lines(in: Array(chunk)) { try body(line) }
            await Task.yield()
        }
        if let rest = splitter.remainder() { try body(rest) }
    }
}
