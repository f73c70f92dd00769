import Foundation

/// A process of this machine as others see it.
struct RunningProcess {
    let id: Int32
    /// The process that began its session.
    let session: Int32
    let command: String
    let environment: String

    /// All that are there; of those that are gone meanwhile or belong to others what can be seen.
    static func all() -> [RunningProcess] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.map { id in
            // What stands behind the name, which may have blanks: state, parent, group, session.
            let fields = text(id, "stat").split(separator: ")").last?.split(separator: " ") ?? []
            return RunningProcess(
                id: id,
                session: fields.count > 3 ? Int32(fields[3]) ?? 0 : 0,
                command: text(id, "cmdline"),
                environment: text(id, "environ")
            )
        }
    }

    private static func text(_ id: Int32, _ name: String) -> String {
        let handle = FileHandle(forReadingAtPath: "/proc/\(id)/\(name)")
        let data = (try? handle?.readToEnd()) ?? Data()
        return String(decoding: data, as: UTF8.self).replacing("\0", with: " ")
    }
}
