internal import Dispatch
internal import Glibc
internal import Synchronization

/// Tells those who listen that something was committed.
///
/// Other processes are heard by what they write to a file: inotify(7) tells of it without looking. The watch is there as long
/// as somebody listens.
final class ChangeBell: Sendable {
    private struct State {
        var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
        var count = 0
        var watch: FileWatch?
    }

    private let file: String?
    private let state = Mutex(State())

    /// `file` is written by each commit; `nil` where nobody else commits.
    init(file: String?) {
        self.file = file
    }

    /// The writer's own commits are heard like those of others, but where there is no file.
    func ringForOwnCommit() {
        if file == nil { ring() }
    }

    private func ring() {
        for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield() }
    }

    func rings() -> AsyncStream<Void> {
        let (stream, listener) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            if state.watch == nil, let file {
                state.watch = FileWatch(file) { [weak self] in self?.ring() }
            }
            state.count += 1
            state.listeners[state.count] = listener
            return state.count
        }
        listener.onTermination = { [weak self] _ in
            self?.state.withLock { state in
                state.listeners[number] = nil
                if state.listeners.isEmpty { state.watch = nil }
            }
        }
        return stream
    }
}

/// Notices that a file is written, by whatever process, until it is released.
private final class FileWatch: Sendable {
    private let cancel: @Sendable () -> Void

    /// `nil` where the system cannot watch the file.
    init?(_ path: String, notice: @escaping @Sendable () -> Void) {
        let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else { return nil }
        guard inotify_add_watch(descriptor, path, UInt32(IN_MODIFY)) >= 0 else {
            close(descriptor)
            return nil
        }
        let source = DispatchSource.makeReadSource(
            fileDescriptor: descriptor,
            queue: DispatchQueue(label: "storage.bell")
        )
        source.setEventHandler {
            var events = [UInt8](repeating: 0, count: 4_096)
            while read(descriptor, &events, events.count) > 0 {}
            notice()
        }
        source.setCancelHandler { close(descriptor) }
        // INVARIANT: a source may be cancelled on any thread, and nothing else is done with it.
        nonisolated(unsafe) let owned = source
        cancel = { owned.cancel() }
        source.resume()
    }

    deinit { cancel() }
}
