import Foundation
import HostSystem

/// The Lua files that a site's workflows are made of: all below `scripts`, and what they require from `lib` and `plugins`.
struct WorkflowFolder: Sendable {
    /// The site's folder.
    let folder: String

    private static let scripts = "scripts"
    private static let shared = ["lib", "plugins"]

    /// Folders in folders; deeper ones are left out.
    private static let deepest = 20

    /// Whether a file can be a workflow, by its path in the folder.
    static func isScript(_ name: String) -> Bool { name.hasPrefix(scripts + "/") }

    /// The paths of all files that can be workflows, in order.
    var scriptNames: [String] { stamps(below: [Self.scripts]).keys.sorted() }

    /// All files by their paths in the folder; tests and hidden ones are left out.
    func stamps() -> [String: FileStamp] { stamps(below: [Self.scripts] + Self.shared) }

    private func stamps(below roots: [String]) -> [String: FileStamp] {
        var walk = Walk(folder: folder)
        for root in roots { walk.visit(root, depth: 0) }
        return walk.stamps
    }

    private struct Walk {
        let folder: String
        var stamps: [String: FileStamp] = [:]
        /// A link may lead back to a folder above it.
        private var visited: Set<[UInt64]> = []

        init(folder: String) {
            self.folder = folder
        }

        mutating func visit(_ name: String, depth: Int) {
            guard depth < WorkflowFolder.deepest, let status = status(name),
                visited.insert([UInt64(status.st_dev), UInt64(status.st_ino)]).inserted,
                let children = try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name)")
            else { return }
            for child in children.sorted() where !child.hasPrefix(".") {
                let path = "\(name)/\(child)"
                guard let status = self.status(path) else { continue }
                switch status.st_mode & S_IFMT {
                case S_IFDIR where child != "test": visit(path, depth: depth + 1)
                case S_IFREG where child.hasSuffix(".lua") && !child.hasSuffix("_test.lua"):
                    stamps[path] = FileStamp(status)
                default: break
                }
            }
        }

        private func status(_ name: String) -> stat? {
            var status = stat()
            return stat("\(folder)/\(name)", &status) == 0 ? status : nil
        }
    }
}
