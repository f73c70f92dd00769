import Foundation
import LuaKit

/// Replaces secrets by their placeholders in what goes to a script, and so to the journal, to logs and to reports.
///
/// Finds a secret as it is, and as base64, percent-encoding or a JSON string writes it. A program that writes it in another
/// form, backwards for example, is not stopped by this.
struct Redactor: Sendable {
    private let patterns: [(bytes: [UInt8], placeholder: [UInt8])]

    init(_ values: [String: Set<[UInt8]>]) {
        patterns =
            values
            .flatMap { name, values in
                let placeholder = Array(Secret.placeholder(of: name).utf8)
                return values.flatMap(Self.forms).map { ($0, placeholder) }
            }
            // One secret may be a part of another; and the same each time.
            .sorted {
                ($1.0.count, String(decoding: $0.1, as: UTF8.self))
                    < ($0.0.count, String(decoding: $1.1, as: UTF8.self))
            }
    }

    func redact(_ bytes: [UInt8]) -> [UInt8] {
        patterns.reduce(bytes) { Self.replacing($1.bytes, in: $0, with: $1.placeholder) }
    }

    /// The same for the end of something longer: what may be the rest of a secret at its beginning is left out.
    func redact(tail bytes: [UInt8]) -> [UInt8] {
        var begun = 0
        for (pattern, _) in patterns {
            let longest = min(pattern.count - 1, bytes.count)
            guard longest > begun else { continue }
            begun = (begun + 1...longest).last { bytes.prefix($0).elementsEqual(pattern.suffix($0)) } ?? begun
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

    private static func forms(of value: [UInt8]) -> Set<[UInt8]> {
        var forms: Set<[UInt8]> = [value]
        forms.insert(Array(Data(value).base64EncodedString().utf8.prefix { $0 != UInt8(ascii: "=") }))
        guard let text = String(validating: value, as: UTF8.self) else { return forms }
        forms.insert(Array(text.percentEncoded.utf8))
        forms.insert(Array(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").utf8))
        return forms
    }

    private static func replacing(_ pattern: [UInt8], in bytes: [UInt8], with other: [UInt8]) -> [UInt8] {
        guard var found = offset(of: pattern, in: bytes, from: 0) else { return bytes }
        var result: [UInt8] = []
        var start = 0
        while true {
            result += bytes[start..<found]
            result += other
            start = found + pattern.count
            guard let next = offset(of: pattern, in: bytes, from: start) else { break }
            found = next
        }
        return result + bytes[start...]
    }

    private static func offset(of pattern: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        bytes.withUnsafeBytes { all -> Int? in
            guard let base = all.baseAddress, let first = pattern.first else { return nil }
            var place = start
            // SAFETY: what is looked at and compared ends at the array's end.
            while place + pattern.count <= all.count {
                guard let found = memchr(base + place, Int32(first), all.count - pattern.count + 1 - place)
                else {
                    return nil
                }
                place = UnsafeRawPointer(found) - base
                if memcmp(base + place, pattern, pattern.count) == 0 { return place }
                place += 1
            }
            return nil
        }
    }
}

extension String {
    /// The text as a query or a form writes it: all but letters, digits and `-._~` as `%XX` (RFC 3986, 2.3).
    var percentEncoded: String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
