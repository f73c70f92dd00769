import BackupAPI

/// The files that pages refer to. Each is in the program, and its address has a part of its hash: it is kept for a year, and a
/// changed one has another address.
enum ConsoleAssets {
    struct Asset: Sendable {
        let path: String
        let type: String
        let text: String

        init(_ name: String, _ ending: String, _ type: String, _ bytes: [UInt8]) {
            path = "/assets/\(name)-\(SHA256.hexDigest(of: bytes).prefix(8)).\(ending)"
            self.type = type
            text = String(decoding: bytes, as: UTF8.self)
        }
    }

    static let style = Asset("console", "css", "text/css; charset=utf-8", PackageResources.console_css)
    static let script = Asset("console", "js", "text/javascript; charset=utf-8", PackageResources.console_js)
    static let mark = Asset("mark", "svg", "image/svg+xml", PackageResources.mark_svg)

    /// The one at an address.
    static func asset(_ path: String) -> Asset? {
        [style, script, mark].first { $0.path == path }
    }
}
