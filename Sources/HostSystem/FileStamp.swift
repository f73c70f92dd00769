package import Glibc

/// What can be seen of a file without reading it: another file at the same path, or a change of its text, has another one.
package struct FileStamp: Hashable, Sendable {
    private let device: UInt64
    private let node: UInt64
    private let size: Int64
    private let times: [Int]

    package init(_ facts: stat) {
        device = UInt64(facts.st_dev)
        node = UInt64(facts.st_ino)
        size = Int64(facts.st_size)
        // The second one moves also where somebody sets the first one, as a copy that keeps times does.
        times = [facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec, facts.st_ctim.tv_sec, facts.st_ctim.tv_nsec]
    }

    /// The stamp of the file at a path now; `nil` where none can be seen.
    package init?(of path: String) {
        var facts = stat()
        guard stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
        self.init(facts)
    }

    /// The stamp without the time of the last change of anything but the text, for catalogs that outlive a process.
    package var text: String { "\(device) \(node) \(size) \(times[0]).\(times[1])" }
}
