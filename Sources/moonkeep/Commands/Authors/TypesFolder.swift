import Foundation
import HostSystem
import LuaKit
import PluginHost

/// A folder with definitions for editors and luacheck.
struct TypesFolder {
    /// Its absolute path.
    let path: String

    /// Writes all files, or none where another one is in the place of one of them.
    func write() async throws {
        let definitions = EditorDefinitions(
            modules: Library.allModules(of: nil),
            sandbox: try await ScriptGlobal.all(on: try LuaExecutor())
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
        guard FileManager.default.fileExists(atPath: file) else { return }
        let text =
            FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) } ?? ""
        guard text.prefix(300).contains(EditorDefinitions.notice) else {
            throw CommandError(
                "'\(file)' is there already, and 'moonkeep types' has not written it",
                fix: "Nothing was changed; choose another folder."
            )
        }
    }
}
