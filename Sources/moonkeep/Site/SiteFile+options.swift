import BackupAPI
import LuaKit
import PluginHost

/// What a site file says of the backups of a configuration in restic's words.
extension SiteFile {
    /// The options of a configuration, from its keys.
    static func options(_ record: SiteRecord, folder: String) throws -> BackupOptions {
        var options = BackupOptions()
        options.repository = try record["repository"]?.text()
        options.excludeFiles = try record["exclude_files"]?.list().map { try $0.path(from: folder) } ?? []
        options.excludeIfPresent = try record["exclude_if_present"]?.texts() ?? []
        options.excludeCaches = try record["exclude_caches"]?.flag() ?? false
        options.excludeLargerThan = try record["exclude_larger_than"]?.size()
        options.oneFileSystem = try record["one_file_system"]?.flag() ?? false
        options.tags = try record["tags"]?.texts() ?? []
        options.host = try record["host"]?.text()
        options.ignoreInode = try record["ignore_inode"]?.flag() ?? false
        options.withAccessTime = try record["with_atime"]?.flag() ?? false
        options.readConcurrency = try record["read_concurrency"]?.integer(1...1_000)
        options.skipIfUnchanged = try record["skip_if_unchanged"]?.flag() ?? false
        return options
    }

    /// A pattern of restic's own, whatever stands at its place.
    static func pattern(_ reader: YAMLReader) throws -> String {
        let text = try reader.text()
        if let problem = ExclusionPattern.problem(of: text) {
            throw reader.error(
                "'\(text)' is not a pattern: \(problem)",
                fix: "A backslash makes a character literal; {type: file, path: PATH} is a path as it stands."
            )
        }
        return text
    }
}

extension YAMLReader {
    /// The entries of a list of texts.
    func texts() throws -> [String] { try list().map { try $0.text() } }

    /// A number of bytes, at least 1: `2048`, `500MB`, `1.5GiB`.
    func size() throws -> Int64 {
        guard let bytes = try? ByteSize.read(.string(text())), bytes >= 1 else {
            throw error("\(subject) must be a size", fix: "Write, for example, 512KiB, 500MB or 2GiB.")
        }
        return bytes
    }
}
