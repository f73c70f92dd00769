import LuaKit

/// What a person has typed so far.
public struct SessionLine: Sendable {
    /// The text, of one line or several.
    public let text: String
    /// Whether it is the beginning of something: more lines are to come.
    public let isUnfinished: Bool
    /// The text as it is run: what is an expression returns its value.
    let chunk: String
    /// What is wrong with it where it is no Lua.
    let problem: LuaError?

    /// Reads a text as Lua does; nothing is run.
    public init(_ text: String) {
        self.text = text
        let expression = Self.problem(of: "return " + text)
        let statement = expression == nil ? nil : Self.problem(of: text)
        chunk = expression == nil ? "return " + text : text
        problem = statement
        isUnfinished = statement != nil && [expression, statement].contains { $0?.isUnfinished == true }
    }

    private static func problem(of text: String) -> LuaError? {
        do {
            _ = try LuaSource(name: RunSession.source.name, text: text).globalUses()
            return nil
        } catch {
            return error
        }
    }
}

extension LuaError {
    /// Whether Lua came to the end of the text and wanted more. A string that is not closed is no beginning: it cannot go on
    /// in another line.
    fileprivate var isUnfinished: Bool {
        code == .syntax && message.hasSuffix("<eof>") && !message.hasPrefix("unfinished string")
    }
}
