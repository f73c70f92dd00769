import Dispatch
import Glibc
import Synchronization

/// Tells when files in folders are written, closed or brought there, by inotify(7), so that nobody looks again and again.
///
/// The last one who has a file open for writing closes it: so the end of a process that has inherited a lock is told too.
/// It is a hint: what has happened is looked up. Where the system has no more watches to give, there is no hint.
package final class FolderWatch: Sendable {
    /// One for the whole process, because the system limits how many there are.
    package static let shared = FolderWatch()

    private struct Listener {
        let folder: Int32
        let names: Set<String>
        let continuation: AsyncStream<Void>.Continuation
    }

    private struct State {
        var file: Descriptor?
        var source: (any DispatchSourceRead)?
        var next = 0
        var listeners: [Int: Listener] = [:]
    }

    private let state = Mutex(State())
    private let mostFolders: Int

    /// Makes a watch; `mostFolders` is how many folders it watches at a time at the most.
    package init(mostFolders: Int = .max) {
        self.mostFolders = mostFolders
    }

    deinit {
        state.withLock { $0.source?.cancel() }
    }

    /// An element whenever something happens to one of the files; several at once count as one. `nil` where it cannot be told.
    ///
    /// Ends when the task that iterates is cancelled.
    package func changes(of names: Set<String>, in folder: String) -> AsyncStream<Void>? {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Void.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let number: Int? = state.withLock { state in
            if state.file == nil { open(&state) }
            guard let file = state.file, Set(state.listeners.values.map(\.folder)).count < mostFolders else {
                return nil
            }
            let mask = UInt32(IN_MODIFY) | UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVED_TO)
            let watch = inotify_add_watch(file.number, folder, mask)
            guard watch >= 0 else { return nil }
            state.next += 1
            state.listeners[state.next] = Listener(folder: watch, names: names, continuation: continuation)
            return state.next
        }
        guard let number else { return nil }
        continuation.onTermination = { [self] _ in leave(number) }
        return stream
    }

    private func open(_ state: inout State) {
        guard let file = Descriptor(inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))) else {
            return
        }
        let source = DispatchSource.makeReadSource(fileDescriptor: file.number)
        source.setEventHandler { [weak self] in self?.tell(file) }
        source.activate()
        (state.file, state.source) = (file, source)
    }

    private func leave(_ number: Int) {
        state.withLock { state in
            guard let left = state.listeners.removeValue(forKey: number), let file = state.file,
                !state.listeners.values.contains(where: { $0.folder == left.folder })
            else { return }
            inotify_rm_watch(file.number, left.folder)
        }
    }

    private func tell(_ file: Descriptor) {
        while let bytes = try? file.read(1 << 14), !bytes.isEmpty {
            let events = Self.events(in: bytes)
            let told = state.withLock { state in
                state.listeners.values.filter { listener in
                    events.contains { event in
                        // Events were lost, or the folder is gone: whoever listens looks.
                        event.mask & UInt32(IN_Q_OVERFLOW) != 0
                            || event.folder == listener.folder
                                && (event.mask & UInt32(IN_IGNORED) != 0
                                    || listener.names.contains(event.name))
                    }
                }
                .map(\.continuation)
            }
            for continuation in told { continuation.yield() }
        }
    }

    private static func events(in bytes: [UInt8]) -> [(folder: Int32, mask: UInt32, name: String)] {
        var events: [(Int32, UInt32, String)] = []
        let head = MemoryLayout<inotify_event>.size
        bytes.withUnsafeBytes { bytes in
            var start = 0
            while start + head <= bytes.count {
                let event = bytes.loadUnaligned(fromByteOffset: start, as: inotify_event.self)
                let end = min(bytes.count, start + head + Int(event.len))
                let name = bytes[(start + head)..<end].prefix { $0 != 0 }
                events.append((event.wd, event.mask, String(decoding: name, as: UTF8.self)))
                start = end
            }
        }
        return events
    }
}
