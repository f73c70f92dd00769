import Foundation
import HostSystem
import LuaKit
import PluginHost
import ScriptTesting

/// A folder with definitions for editors and luacheck.
struct TypesFolder {
    /// Its absolute path.
    let path: String

    /// Writes all files, or none where another one is in the place of one of them.
    func write() async throws {
        let definitions = EditorDefinitions(
            modules: Library.allModules(of: nil),
            sandbox: try await ScriptGlobal.all(on: try LuaExecutor()),
            tests: ScriptTester.described
        )
        for file in definitions.files { try check(path + "/" + file.name) }
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            for file in definitions.files {
                try Replacement.write(file.text, to: path + "/" + file.name)
            }
        } catch {
            throw CommandError(
                "the definitions could not be written to '\(path)': \(error.localizedDescription)",
                fix: "Choose another folder, or change its permissions.",
                status: ExitStatus.failed
            )
        }
    }

    /// Whether a file may be written: a script of a person's may have the name of a module.
    private func check(_ file: String) throws {
        guard FileManager.default.fileExists(atPath: file), !Self.hasWritten(file) else { return }
        throw CommandError(
            "'\(file)' is there already, and 'moonkeep types' has not written it",
            fix: "Nothing was changed; choose another folder."
        )
    }

    /// Whether a file is one that 'moonkeep types' has written, and no script.
    static func hasWritten(_ file: String) -> Bool {
        guard let handle = FileHandle(forReadingAtPath: file), let data = try? handle.read(upToCount: 400)
        else {
            return false
        }
        return String(decoding: data, as: UTF8.self).contains(EditorDefinitions.notice)
    }
}
