import LuaKit

/// The words after the script: `--name value` and `--name=value` by name, `--name` alone as true, the rest as a list.
struct ScriptArguments {
    /// What the script finds in `run.args`; dashes in names become underscores.
    let value: LuaValue

    init(_ words: [String]) throws {
        var table = LuaTableValue()
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                table.items += rest.map(LuaValue.string)
                break
            }
            guard word.hasPrefix("--") else {
                table.items.append(.string(word))
                continue
            }
            let parts = word.dropFirst(2).split(
                separator: "=",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            let name = LuaValue.string(String(parts[0].map { $0 == "-" ? "_" : $0 }))
            guard !parts[0].isEmpty, table.fields[name] == nil else {
                throw CommandError("the script's argument '\(word)' is given twice or has no name")
            }
            if parts.count == 2 {
                table.fields[name] = .string(String(parts[1]))
            } else if let next = rest.first, !next.hasPrefix("--") {
                table.fields[name] = .string(next)
                rest = rest.dropFirst()
            } else {
                table.fields[name] = true
            }
        }
        value = .table(table)
    }
}
