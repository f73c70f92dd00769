import Foundation
import LuaKit
import ScriptTesting

/// Finds the files with test cases: those of the folders `test`, and those whose names end in `_test.lua`.
struct TestFiles {
    private static let pluginFile = "plugin.lua"

    private let current = FileManager.default.currentDirectoryPath

    /// The files of paths, each once, those of a folder by their names.
    func find(_ paths: [String]) throws -> [TestFile] {
        var seen: Set<String> = []
        return try paths.flatMap { path in
            guard exists(path) else {
                throw CommandError("there is no '\(path)'", fix: "Give a test file, or a folder with tests.")
            }
            let files = LuaFiles.isFolder(path) ? LuaFiles.all(in: path).filter(Self.isTest) : [path]
            return try files.filter { seen.insert(Site.absolute($0, from: current)).inserted }.map(file)
        }
    }

    /// Whether a file is one with tests, by its path.
    static func isTest(_ path: String) -> Bool {
        let words = Site.absolute(path, from: FileManager.default.currentDirectoryPath).split(separator: "/")
        return path.hasSuffix("_test.lua") || words.dropLast().last == "test"
    }

    private func file(_ path: String) throws -> TestFile {
        let folder = parent(of: Site.absolute(path, from: current))
        let base = folder.split(separator: "/").last == "test" ? parent(of: folder) : folder
        let site = site(of: base)
        let isPlugin =
            exists(base + "/" + Self.pluginFile) && parent(of: base).split(separator: "/").last == "plugins"
        return TestFile(
            source: try ScriptFile.read(path),
            base: base,
            shownBase: shown(base),
            site: site,
            shownSite: shown(site),
            plugin: isPlugin ? base.split(separator: "/").last.map(String.init) : nil
        )
    }

    /// The nearest folder upwards that has plugins or a site's file; the folder itself where none has.
    private func site(of base: String) -> String {
        var folder = base
        while folder != "/", !folder.isEmpty {
            if exists(folder + "/" + Site.fileName) || LuaFiles.isFolder(folder + "/plugins") {
                return folder
            }
            folder = parent(of: folder)
        }
        return base
    }

    /// A folder as messages begin a path in it: from the current one, where it lies there.
    private func shown(_ folder: String) -> String {
        if folder == current { return "" }
        return (folder.hasPrefix(current + "/") ? String(folder.dropFirst(current.count + 1)) : folder) + "/"
    }

    private func parent(of path: String) -> String { URL(filePath: path).deletingLastPathComponent().path }

    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
