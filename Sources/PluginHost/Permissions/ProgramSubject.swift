import Foundation

/// A program as a permission names it, with the variables that it may be given: `pg_dump:env=PGHOST,PGPASSWORD`.
package struct ProgramSubject: Hashable, Sendable {
    /// The name or path; one that ends in `*` stands for all that begin so.
    package let program: String
    /// The names of the variables.
    package let variables: Set<String>
    /// Whether a variable is meant at all.
    private let hasVariables: Bool

    /// Reads what stands after `shell:`.
    package init(_ text: String) {
        guard let mark = text.range(of: ":env=", options: .backwards) else {
            (program, variables, hasVariables) = (text, [], false)
            return
        }
        program = String(text[..<mark.lowerBound])
        let names = text[mark.upperBound...].split(separator: ",", omittingEmptySubsequences: false)
        variables = Set(names.map(String.init))
        hasVariables = true
    }

    /// Variables that every program may be given: they choose a language and a time zone, and no code, file or server.
    package static func isHarmless(_ variable: String) -> Bool {
        ["LANG", "LANGUAGE", "TZ"].contains(variable) || variable.hasPrefix("LC_")
    }

    /// Whether the variables are names.
    var isSound: Bool {
        guard hasVariables else { return true }
        return !program.isEmpty
            && variables.allSatisfy { name in
                !name.isEmpty && !(name.utf8.first.map(Self.isDigit) ?? true)
                    && name.utf8.allSatisfy { Self.isLetter($0) || Self.isDigit($0) }
            }
    }

    /// Whether it is at least as much as another.
    func covers(_ other: ProgramSubject) -> Bool {
        let isProgram =
            program.hasSuffix("*") ? other.program.hasPrefix(program.dropLast()) : program == other.program
        return isProgram && other.variables.isSubset(of: variables)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
