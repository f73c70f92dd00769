import Foundation

/// The files of a new script, which pass 'moonkeep check' and 'moonkeep test' as they are.
struct ScriptTemplate {
    /// What can be made.
    enum Kind: String, CaseIterable {
        case workflow, plugin, notifier
    }

    let kind: Kind
    let name: String

    /// Throws unless the name can be that of a file, and of a plugin be required.
    func checkName() throws {
        let letters = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        let others = CharacterSet(charactersIn: kind == .workflow ? "0123456789_-" : "0123456789_")
        let isName =
            name.unicodeScalars.first.map(letters.contains) == true && name.unicodeScalars.count <= 60
            && name.unicodeScalars.allSatisfy { letters.contains($0) || others.contains($0) }
        guard !isName else { return }
        let allowed = kind == .workflow ? "letters, digits, '_' and '-'" : "letters, digits and '_'"
        throw CommandError(
            "'\(name.prefix(60))' cannot be the name of a \(kind.rawValue)",
            fix: "Use up to 60 \(allowed), a letter first."
        )
    }

    /// The paths from the folder, and their texts.
    var files: [(name: String, text: String)] {
        let texts: (script: String, test: String) =
            switch kind {
            case .workflow: (Self.workflow, Self.workflowTest)
            case .plugin: (Self.plugin, Self.pluginTest)
            case .notifier: (Self.notifier, Self.notifierTest)
            }
        let (script, test) =
            kind == .workflow
            ? ("\(name).lua", "test/\(name)_test.lua")
            : ("plugins/\(name)/plugin.lua", "plugins/\(name)/test/\(name)_test.lua")
        return [(script, filled(texts.script)), (test, filled(texts.test))]
    }

    private func filled(_ text: String) -> String { text.replacing("NAME", with: name) }
}
