package import BackupAPI
import Foundation

/// All that one `restic check` said, gathered line by line; bounded whatever restic writes.
package struct CheckReport: Equatable, Sendable {
    private static let mostProblems = 1_000
    private static let mostCharacters = 1_000

    /// What is wrong with the repository, in restic's words.
    package private(set) var problems: [String] = []
    /// The ids of damaged packs, each once.
    package private(set) var packs: [String] = []
    /// Whether restic says that the repository has errors; else what it says is why it could not check.
    package private(set) var isDamaged = false

    /// What of the repository's address nobody may see.
    private let secrets: AddressSecrets

    package init(secrets: AddressSecrets = AddressSecrets("")) {
        self.secrets = secrets
    }

    /// Reads what a restic has left in its spool.
    package init(_ spool: Spool, secrets: AddressSecrets = AddressSecrets("")) async {
        var report = CheckReport(secrets: secrets)
        for file in [spool.errors, spool.output] {
            // What cannot be read any more cannot be told; the exit code still can.
            try? await FileLines.read(file) { line in report.add(line, isOutput: file == spool.output) }
        }
        self = report
    }

    /// A line of JSON, as restic writes it since 0.18.
    private struct Wire: Decodable {
        var kind: String
        var message: String?
        var packs: [String]?

        private enum CodingKeys: String, CodingKey {
            case kind = "message_type"
            case message
            case packs = "broken_packs"
        }
    }

    private mutating func add(_ line: [UInt8], isOutput: Bool) {
        let text = String(decoding: line, as: UTF8.self)
        guard text.hasPrefix("{"), let wire = try? JSONDecoder().decode(Wire.self, from: Data(line)) else {
            // On its output restic tells what it does.
            if !isOutput { add(text) }
            return
        }
        switch wire.kind {
        case "summary": for pack in wire.packs ?? [] { note(pack) }
        case "error", "exit_error":
            for line in (wire.message ?? "").split(separator: "\n") { add(String(line)) }
        default: break
        }
    }

    private mutating func add(_ line: String) {
        let text = secrets.redact(
            line.trimmingCharacters(in: .whitespacesAndNewlines.union(.controlCharacters))
        )
        guard !text.isEmpty else { return }
        if Self.verdicts.contains(where: text.contains) {
            isDamaged = true
            return
        }
        guard !Self.advice.contains(where: text.hasPrefix) else { return }
        for match in text.matches(of: #/\b(?:[Pp]ack|want) ([0-9a-f]{64})\b/#) { note(String(match.1)) }
        guard problems.count < Self.mostProblems else { return }
        problems.append(String(text.prefix(Self.mostCharacters)))
    }

    private mutating func note(_ pack: String) {
        guard packs.count < Self.mostProblems, !packs.contains(pack) else { return }
        packs.append(pack)
    }

    /// How restic ends when it has found something.
    private static let verdicts = ["repository contains errors", "LoadIndex returned errors"]

    /// What restic tells people to do, beside what it has found.
    private static let advice = [
        "The repository contains damaged pack files.", "restic repair ", "Damaged pack files can be caused",
    ]
}
