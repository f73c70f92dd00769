import Foundation
import Schedules

/// A time zone database of a test: a folder that is removed with it.
final class TestDatabase {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "zones-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    var zones: ZoneDatabase { ZoneDatabase(folder: folder) }

    /// Writes a file as packages do: beside its place, then over it.
    func put(_ bytes: [UInt8], at name: String) throws {
        let url = URL(fileURLWithPath: folder + "/" + name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(bytes).write(to: url, options: .atomic)
    }
}

/// The bytes of a file as RFC 8536 has it.
struct ZoneBytes {
    var version: Unicode.Scalar = "2"
    /// Seconds since 1970, and the place in `types` of what holds from then on.
    var changes: [(second: Int64, type: UInt8)] = []
    var types: [(offset: Int32, isDaylightSaving: Bool)] = [(0, false)]
    var leapSeconds = 0
    var lastLine = ""

    var bytes: [UInt8] {
        // The first part is empty but for one type, as slim files have it.
        let first = header(changes: 0, types: 1, leapSeconds: 0) + Array(repeating: 0, count: 6) + [0]
        return first + body + Array("\n\(lastLine)\n".utf8)
    }

    private var body: [UInt8] {
        header(changes: changes.count, types: types.count, leapSeconds: leapSeconds)
            + changes.flatMap { big($0.second) } + changes.map(\.type)
            + types.flatMap { big($0.offset) + [$0.isDaylightSaving ? 1 : 0, 0] } + [0]
            + Array(repeating: 0, count: leapSeconds * 12)
    }

    private func header(changes: Int, types: Int, leapSeconds: Int) -> [UInt8] {
        let counts = [0, 0, leapSeconds, changes, types, 1].flatMap { big(Int32($0)) }
        return Array("TZif\(version)".utf8) + Array(repeating: 0, count: 15) + counts
    }

    private func big(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}
