import BackupAPI
import Foundation
import HostSystem

/// Where a script's reports go: files beneath one folder, in the format of their ending.
struct ReportFile {
    let folder: String
    let name: String

    /// Checks a name that a script gives: relative, without `..`, ending in `.md` or `.html`.
    init(folder: String, name: String) throws {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !name.isEmpty, !name.contains("\0"),
            !parts.contains(where: { $0.isEmpty || $0 == ".." || $0 == "." })
        else {
            throw ArgumentProblem(
                "a name beneath the site's folder 'reports' expected, got \"\(name.printable.prefix(60))\""
            )
        }
        guard name.hasSuffix(".md") || name.hasSuffix(".html") else {
            throw ArgumentProblem(
                "a name that ends in '.md' or '.html' expected, got \"\(name.printable.prefix(60))\""
            )
        }
        self.folder = folder
        self.name = name
    }

    /// Writes the file, whole or not at all, and returns its path.
    func write(_ report: Report) throws -> String {
        let root = URL(filePath: folder, directoryHint: .isDirectory)
        let file = root.appending(path: name)
        guard !leadsOut(of: root) else {
            throw BackupError(.storage, "the report '\(name)' would be written outside '\(folder)'")
        }
        do {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            let text = name.hasSuffix(".html") ? report.html : report.markdown
            try Replacement.write(text, to: file.path)
        } catch {
            throw BackupError(
                .storage,
                "the report '\(file.path)' could not be written: \(error.localizedDescription)",
                fix: "Check the folder's permissions and free space.",
                cause: error
            )
        }
        return file.path
    }

    /// Whether a symbolic link beneath the folder leads out of it; looked at before anything is made.
    private func leadsOut(of root: URL) -> Bool {
        let realRoot = root.resolvingSymlinksInPath().path
        var path = root
        return name.split(separator: "/").contains { part in
            path.append(path: String(part))
            let real = path.resolvingSymlinksInPath().path
            return !real.hasPrefix(realRoot + "/")
        }
    }
}
