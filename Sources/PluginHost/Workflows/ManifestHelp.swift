import LuaKit

extension Manifest {
    /// What `moonkeep run FILE --help` prints: usage, what it does, the arguments, and what it asks to be allowed.
    public var helpText: String {
        var parts = [
            "USAGE: \((["moonkeep run", script] + arguments.map(\.usage)).joined(separator: " "))"
        ]
        parts += [summary, description].compactMap { $0 }
        if !arguments.isEmpty {
            let rows = arguments.map { ["  \($0.flag)\($0.placeholder)", $0.explanation] }
            parts.append("ARGUMENTS:\n" + TextTable(columns: [], rows: rows).lines().joined(separator: "\n"))
        }
        if !needs.isEmpty {
            let rows = needs.map { ["  \($0)", $0.words] }
            parts.append(
                "PERMISSIONS:\n" + TextTable(columns: [], rows: rows).lines().joined(separator: "\n")
            )
        }
        return parts.joined(separator: "\n\n")
    }
}

extension WorkflowArgument {
    /// The lines of settings as a plugin declares them: names, types and what they are for.
    package static func lines(ofSettings settings: [WorkflowArgument]) -> [String] {
        let rows = settings.map { ["  \($0.name)", $0.type.rawValue, $0.explanation] }
        return TextTable(columns: [], rows: rows).lines()
    }

    fileprivate var placeholder: String { type == .boolean ? "" : " <\(type.element)>" }

    fileprivate var usage: String {
        let word = flag + placeholder + (type == .list ? " ..." : "")
        return isRequired ? word : "[\(word)]"
    }

    /// What it means, what it may be, and what holds without it, a sentence each.
    fileprivate var explanation: String {
        var sentences = help.map { [$0.last == "." ? $0 : $0 + "."] } ?? []
        if !choices.isEmpty {
            sentences.append("One of: \(choices.map(\.textForPeople.printable).joined(separator: ", ")).")
        }
        if type == .list { sentences.append("May be given several times.") }
        if isRequired { sentences.append("Required.") }
        if defaultValue != .nil { sentences.append("Default: \(defaultValue.textForPeople.printable).") }
        return sentences.joined(separator: " ")
    }
}
