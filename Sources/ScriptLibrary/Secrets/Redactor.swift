import BackupAPI
import Foundation
import LuaKit

/// Replaces secrets by their placeholders in what goes to a script, and so to the journal, to logs and to reports.
///
/// Finds a secret in the forms of ``SecretForms``. A program that writes it in another form, backwards for example, is not
/// stopped by this.
struct Redactor: Sendable {
    private struct Pattern: Sendable {
        let bytes: [UInt8]
        let placeholder: [UInt8]
    }

    /// The secrets' names, by their values in small letters.
    private var names: [String: String] = [:]
    /// By the first two bytes, the longest first: one secret may be a part of another.
    private var patterns: [Int: [Pattern]] = [:]
    /// Whether a pattern begins with two bytes: what most places of a text are told by.
    private var isStart: [Bool] = []

    /// Adds a value that a secret has, of two bytes at least.
    mutating func add(_ value: [UInt8], of name: String) {
        if isStart.isEmpty { isStart = Array(repeating: false, count: 1 << 16) }
        names[String(decoding: value, as: UTF8.self).lowercased()] = name
        let placeholder = Array(Secret.placeholder(of: name).utf8)
        for form in SecretForms.all(of: value) {
            let start = Int(form[0]) << 8 | Int(form[1])
            isStart[start] = true
            var others = patterns[start, default: []]
            guard !others.contains(where: { $0.bytes == form }) else { continue }
            let place = others.firstIndex { $0.bytes.count < form.count } ?? others.endIndex
            others.insert(Pattern(bytes: form, placeholder: placeholder), at: place)
            patterns[start] = others
        }
    }

    /// The name of a secret that stands in a host's name, whose letters are small there; `nil` for none.
    func name(inHost host: String) -> String? {
        names.filter { host.contains($0.key) }.map(\.value).min()
    }

    func redact(_ bytes: [UInt8]) -> [UInt8] {
        guard !patterns.isEmpty else { return bytes }
        var result: [UInt8] = []
        var (kept, place) = (0, 0)
        while place + 1 < bytes.count {
            let start = Int(bytes[place]) << 8 | Int(bytes[place + 1])
            guard isStart[start], let pattern = pattern(start, in: bytes, at: place) else {
                place += 1
                continue
            }
            result += bytes[kept..<place]
            result += pattern.placeholder
            place += pattern.bytes.count
            kept = place
        }
        return kept == 0 ? bytes : result + bytes[kept...]
    }

    private func pattern(_ start: Int, in bytes: [UInt8], at place: Int) -> Pattern? {
        patterns[start]?.first { bytes[place...].starts(with: $0.bytes) }
    }

    /// The same for the end of something longer: what may be the rest of a secret at its beginning is left out.
    func redact(tail bytes: [UInt8]) -> [UInt8] {
        var begun = 0
        for pattern in patterns.values.joined() {
            let longest = min(pattern.bytes.count - 1, bytes.count)
            guard longest > begun else { continue }
            begun =
                (begun + 1...longest).last { bytes.prefix($0).elementsEqual(pattern.bytes.suffix($0)) }
                ?? begun
        }
        return redact(Array(bytes.dropFirst(begun)))
    }

    func redact(_ text: String) -> String {
        patterns.isEmpty ? text : String(decoding: redact(Array(text.utf8)), as: UTF8.self)
    }

    /// The value with every string in it redacted.
    func redact(_ value: LuaValue) -> LuaValue {
        switch value {
        case _ where patterns.isEmpty: return value
        case .string(let bytes): return .string(LuaBytes(redact(bytes.bytes)))
        case .table(var table):
            table.items = table.items.map(redact)
            table.fields = Dictionary(
                table.fields.map { (redact($0.key), redact($0.value)) },
                uniquingKeysWith: { first, _ in first }
            )
            return .table(table)
        default: return value
        }
    }

    /// An error that says the same without the secrets.
    func redact(_ error: any Error) -> any Error {
        guard var known = error as? ScriptError else { return error }
        known.message = redact(known.message)
        known.fix = known.fix.map(redact)
        known.data = known.data.mapValues(redact)
        return known
    }
}
