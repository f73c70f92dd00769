/// Where the site's backups are.
extension SiteFile {
    /// The kinds of addresses that restic knows (restic's manual, "Preparing a new repository").
    private static let schemes = ["sftp", "rest", "s3", "gs", "azure", "b2", "swift", "rclone"]

    /// An address as it stands, or the absolute path of a folder, which `local:` may stand before.
    static func repository(_ reader: YAMLReader, folder: String) throws -> String {
        let text = try reader.text()
        let scheme = text.utf8.prefix { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "/") }
        let rest = text.utf8.dropFirst(scheme.count)
        guard rest.first == UInt8(ascii: ":") else { return try reader.path(from: folder) }
        let name = String(decoding: scheme, as: UTF8.self)
        if schemes.contains(name) { return text }
        guard name == "local" else {
            throw reader.error(
                "restic knows no repositories of the kind '\(name)'",
                fix: """
                    Known are: \(schemes.joined(separator: ", ")). \
                    A folder whose name has a colon is written with './' before it.
                    """
            )
        }
        let path = String(decoding: rest.dropFirst(), as: UTF8.self)
        guard !path.isEmpty else { throw reader.error("'local:' needs the path of a folder") }
        try reader.refuseHome(path)
        return Site.absolute(path, from: folder)
    }
}
