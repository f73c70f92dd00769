import Foundation

/// The Lua files below a folder.
enum LuaFiles {
    /// Folders in folders; deeper ones are left out.
    private static let deepest = 20

    /// The paths, those of each folder by their names; hidden ones are left out.
    static func all(in folder: String) -> [String] { all(in: folder, depth: 0) }

    private static func all(in folder: String, depth: Int) -> [String] {
        guard depth < deepest else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().filter { !$0.hasPrefix(".") }.flatMap { name in
            let path = folder == "." ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
            if isFolder(path) { return all(in: path, depth: depth + 1) }
            return name.hasSuffix(".lua") ? [path] : []
        }
    }

    static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
