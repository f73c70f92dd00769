import BackupAPI
import Foundation
import Glibc
import HostSystem

/// What is odd about an inclusion before its backup begins: restic stores it as it is, and says nothing.
package struct SourceRemark: Codable, Equatable, Sendable {
    /// The inclusion.
    package var path: String
    /// What a link leads to; `nil` for a folder that is empty.
    package var target: String?

    package init(path: String, target: String?) {
        self.path = path
        self.target = target
    }

    /// The links and the empty folders among the inclusions, as restic will find them.
    static func find(in inclusions: [PathRule]) -> [SourceRemark] {
        inclusions.compactMap { rule in
            let path = BytePath(rule.comparablePath)
            switch path.kind() {
            case .link:
                return SourceRemark(path: rule.comparablePath, target: path.resolved?.text ?? "nothing")
            // What cannot be read is restic's to tell.
            case .folder where (try? path.entries())?.isEmpty == true:
                return SourceRemark(path: rule.comparablePath, target: nil)
            default: return nil
            }
        }
    }

    static func write(_ remarks: [SourceRemark], to file: String) throws {
        try OwnerFile.write(String(decoding: try JSONEncoder().encode(remarks), as: UTF8.self), to: file)
    }

    /// What was written; nothing where the file is not there or torn.
    static func read(from file: String) -> [SourceRemark] {
        guard let data = FileManager.default.contents(atPath: file) else { return [] }
        return (try? JSONDecoder().decode([SourceRemark].self, from: data)) ?? []
    }

    /// A sentence for people.
    var sentence: String {
        guard let target else { return "the source '\(path)' is empty. Check that its disk is mounted" }
        return
            "the source '\(path)' is a link to '\(target)', and only the link is backed up. Name what it leads to"
    }

    var item: ErrorItem {
        ErrorItem(
            index: 0,
            path: path,
            type: target == nil ? "source_is_empty" : "source_is_link",
            description: sentence
        )
    }
}

extension BackupVerdict {
    /// Notes what was odd about the source of a backup that is good otherwise.
    mutating func note(_ remarks: [SourceRemark], of summary: ResticSummary) {
        guard state == .completed else { return }
        guard !remarks.isEmpty || summary.filesProcessed == 0 else { return }
        state = .completedWithErrors
        reason = remarks.contains { $0.target != nil } ? "source_is_link" : "source_is_empty"
        items = remarks.enumerated().map { index, remark in
            var item = remark.item
            item.index = index
            return item
        }
        errorCount = max(1, remarks.count)
        let sentences =
            remarks.isEmpty
            ? ["the source has no files. Check that everything is mounted and in its place"]
            : remarks.prefix(3).map(\.sentence)
        let more = remarks.count > 3 ? ["and \(remarks.count - 3) more sources"] : []
        diagnostics = (sentences + more).joined(separator: "; ") + "."
    }
}
