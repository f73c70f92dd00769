import Foundation
import Testing

@testable import LocalBackup

/// What is told of a program after it has read everything.
@Suite struct SpoolProgressTests {
    private func withSpool(_ test: (Spool) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "spool-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try test(Spool(path: folder))
    }

    @Test func `what a program has written so far comes from the system`() throws {
        try withSpool { spool in
            try Data("\(getpid())\n".utf8).write(to: URL(filePath: spool.number))
            let before = try #require(spool.bytesWritten())
            try Data(count: 1 << 20).write(to: URL(filePath: spool.path + "/out"))
            let after = try #require(spool.bytesWritten())
            #expect(after - before >= 1 << 20)
        }
    }

    @Test(arguments: ["", "none", "999999999\n"])
    func `a program that is not there has written nothing that is known`(number: String) throws {
        try withSpool { spool in
            try Data(number.utf8).write(to: URL(filePath: spool.number))
            #expect(spool.bytesWritten() == nil)
        }
    }
}
