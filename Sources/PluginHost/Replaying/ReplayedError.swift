import LuaKit

/// An error that the journal has of a step, as the script saw it the first time.
struct ReplayedError: LuaErrorConvertible {
    let luaFields: [String: LuaValue]

    /// Throws where the text is no error of the journal's.
    init(_ text: String) throws {
        guard case .table(let table) = try JournalText.decode(text) else {
            throw ArgumentProblem("an error expected, got \(text)")
        }
        luaFields = Dictionary(
            table.fields.compactMap { key, value in key.text.map { ($0, value) } },
            uniquingKeysWith: { first, _ in first }
        )
    }

    var luaMessage: String {
        let message = luaFields["message"]?.text ?? "error"
        return luaFields["fix"]?.text.map { "\(message). \($0)" } ?? message
    }

    /// Whether the step was cancelled, with its task.
    var isCancellation: Bool { luaFields["code"]?.text == "cancelled" }
}
