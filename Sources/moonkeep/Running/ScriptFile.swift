import Foundation
import LuaKit

/// A script on disk.
enum ScriptFile {
    /// Reads a script; its name in messages is the path as it was given.
    static func read(_ path: String) throws -> LuaSource {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw CommandError("there is no script '\(path)'", fix: "Give the path of a Lua file.")
        }
        guard !isFolder.boolValue else {
            throw CommandError("'\(path)' is a folder", fix: "Give the path of a Lua file.")
        }
        // A little more than a script may have, so that a device without an end is refused by its size.
        let limit = LuaLimits().sourceBytes + 1
        guard let file = FileHandle(forReadingAtPath: path),
            let data = try? file.read(upToCount: limit) ?? Data()
        else { throw CommandError("the script '\(path)' cannot be read", fix: "Check its permissions.") }
        return LuaSource(name: path, bytes: withoutFirstLine(Array(data)))
    }

    /// A first line that begins with `#` is for the shell; it becomes a comment, so that lines keep their numbers.
    private static func withoutFirstLine(_ bytes: [UInt8]) -> [UInt8] {
        bytes.first == UInt8(ascii: "#") ? Array("--".utf8) + bytes : bytes
    }
}
