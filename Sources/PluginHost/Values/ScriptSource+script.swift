import BackupAPI
import LuaKit
import RunJournal

extension ScriptSource {
    /// The source of a script as the journal keeps it.
    init(_ source: LuaSource, firstSeen: Timestamp) {
        self.init(
            sha256: SHA256.hexDigest(of: source.bytes),
            name: source.name.withoutNUL,
            text: String(decoding: source.bytes, as: UTF8.self),
            firstSeen: firstSeen.microseconds
        )
    }
}

extension String {
    /// The text with each NUL, where SQLite's own functions would take it to end, shown as U+FFFD.
    var withoutNUL: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
    }
}
