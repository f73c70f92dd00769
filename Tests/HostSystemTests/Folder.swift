import Foundation

/// A temporary folder of a test.
struct Folder {
    let root: String

    func path(_ name: String) -> String { "\(root)/\(name)" }

    /// Makes a file, and the folders that lead to it.
    func file(_ name: String, mode: Int) throws {
        let path = URL(fileURLWithPath: path(name))
        try FileManager.default.createDirectory(
            at: path.deletingLastPathComponent(),
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755]
        )
        try Data("text\n".utf8).write(to: path)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path.path)
    }
}

/// Gives a test a folder, and removes it afterwards.
func withFolder(_ test: (Folder) throws -> Void) throws {
    let folder = try Folder.make()
    defer { try? FileManager.default.removeItem(atPath: folder.root) }
    try test(folder)
}

/// Gives a test a folder, and removes it afterwards.
func withFolder(_ test: (Folder) async throws -> Void) async throws {
    let folder = try Folder.make()
    defer { try? FileManager.default.removeItem(atPath: folder.root) }
    try await test(folder)
}

extension Folder {
    fileprivate static func make() throws -> Folder {
        let temporary = URL(fileURLWithPath: NSTemporaryDirectory()).resolvingSymlinksInPath().path
        let root = "\(temporary)/system-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: root,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755]
        )
        return Folder(root: root)
    }
}
