public import LuaKit
import PluginHost
import RunJournal

/// What came of a test case.
public struct CaseResult: Sendable {
    /// The file's name.
    public var file: String
    /// What the case says; empty for the file as a whole, which could not be run.
    public var name: String
    /// Why it failed; `nil` when it passed.
    public var failure: CaseFailure?
    /// How long it took on this machine.
    public var duration = Duration.zero
}

/// Why a test case failed.
public struct CaseFailure: Sendable {
    /// What was expected and what was found, or what went wrong.
    public var message: String
    /// Where in the test; `nil` when it is not known.
    public var place: LuaError.Place?
    /// What else a person should know, a sentence each.
    public var notes: [String]
    /// The calls that led there, innermost first.
    public var traceback: [String] = []
    /// The last lines that the case and the scripts that it ran have printed.
    public var printed: [String] = []

    /// Makes a failure.
    public init(_ message: String, place: LuaError.Place? = nil, notes: [String] = []) {
        self.message = message
        self.place = place
        self.notes = notes
    }

    /// `nil` when nothing went wrong. `result` is that of the test's file, `nil` when it never came to its end.
    init?(
        _ result: RunResult?,
        isStuck: Bool,
        complaints: [String],
        lastFailure: String?,
        printed: [String] = []
    ) {
        var failure = result?.failure
        if let result, failure?.place == nil {
            let calls = failure?.traceback ?? []
            failure?.place = calls.lazy.compactMap { Self.place(in: $0, of: result.script) }.first
        }
        if isStuck {
            self.init(
                "the test waits for something that never happens: no backup goes on, and nobody sleeps",
                place: failure?.place
            )
        } else if let first = complaints.first {
            self.init(first, place: failure?.place, notes: Array(complaints.dropFirst()))
            if let failure, failure.code == "expectation" { notes.append("the test went on to: \(failure)") }
        } else if let failure {
            self.init(
                failure.fix.map { "\(failure.message). \($0)" } ?? failure.message,
                place: failure.place
            )
            traceback = failure.traceback
        } else {
            return nil
        }
        if let lastFailure { notes.append(lastFailure) }
        self.printed = printed
    }

    /// The place in `script:line: in function …`.
    private static func place(in line: String, of script: String) -> LuaError.Place? {
        guard line.hasPrefix(script + ":") else { return nil }
        let digits = line.dropFirst(script.count + 1).prefix(while: \.isNumber)
        return Int(digits).map { LuaError.Place(script: script, line: $0) }
    }
}
