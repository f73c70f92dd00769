import LuaKit
import PluginHost

/// An absolute path without `..`: whether it lies beneath a folder can be read off it.
enum AbsolutePath: ParameterKind {
    static var typeName: String { "path" }

    static func read(_ value: LuaValue) throws -> String {
        guard let text = value.text, text.hasPrefix("/"), !text.contains("\0"), text.utf8.count <= 4_000
        else {
            throw LuaConversionError("an absolute path such as \"/srv/data\" expected, got \(value.shown)")
        }
        let parts = text.split(separator: "/").filter { $0 != "." }
        guard !parts.contains("..") else {
            throw LuaConversionError("an absolute path without '..' expected, got \(value.shown)")
        }
        return "/" + parts.joined(separator: "/")
    }
}

/// What a script wants of a file.
enum FileUse: String {
    case read
    case write

    var kind: String { "fs:\(rawValue)" }
}

/// A path that a run may use, with the permission that says so.
struct Grant {
    let path: String
    let permission: Permission

    /// Throws `permission_denied` where no permission of the run covers the path. What lies beneath the run's own temporary
    /// folder needs none.
    init(_ path: String, for use: FileUse, in run: RunContext, _ temporary: TemporaryFolders) throws {
        self.path = path
        let wanted = Permission(use.kind, path)
        let own = Permission(use.kind, temporary.folder(of: run.id))
        let all =
            run.permissions.now.granted.filter { $0.covers(wanted) }
            + (own.covers(wanted) ? [own] : [])
        guard let widest = all.min(by: { ($0.subject.count, $0.subject) < ($1.subject.count, $1.subject) })
        else {
            throw PermissionDenied(permission: wanted, script: run.script)
        }
        permission = widest
    }

    /// The folder that nothing may lead out of, and the way from there to the path.
    func root() throws -> (folder: RootFolder, parts: [String]) {
        var folder = permission.subject
        if folder.hasSuffix("*") {
            folder = String(folder.prefix(through: folder.lastIndex(of: "/") ?? folder.startIndex))
        }
        while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
        if !folder.hasPrefix("/") { folder = "/" }
        // A permission may name a single file.
        let root = try RootFolder(folder) ?? RootFolder.existing(RootFolder.parent(of: folder))
        let prefix = root.path == "/" ? "" : root.path
        return (root, path.dropFirst(prefix.count).split(separator: "/").map(String.init))
    }

    /// Makes sure that where the links led is still what the permission names.
    func check(_ place: FilePlace) throws {
        guard permission.covers(Permission(permission.kind, place.path)) else {
            throw ScriptError.leadsOut(path, to: place.path, of: permission.subject)
        }
    }
}
