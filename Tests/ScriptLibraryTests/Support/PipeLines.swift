import Foundation

/// The lines that others write to a named pipe, until the last of them has closed it.
struct PipeLines: AsyncSequence {
    private let stream: AsyncStream<String>

    init(_ path: String) {
        let (stream, continuation) = AsyncStream<String>.makeStream()
        // Opening waits for a writer: not on a thread that tasks run on.
        Thread.detachNewThread {
            guard let file = fopen(path, "r") else { return continuation.finish() }
            defer { fclose(file) }
            var line: UnsafeMutablePointer<CChar>?
            var size = 0
            while getline(&line, &size, file) > 0, let line { continuation.yield(String(cString: line)) }
            free(line)
            continuation.finish()
        }
        self.stream = stream
    }

    func makeAsyncIterator() -> AsyncStream<String>.Iterator { stream.makeAsyncIterator() }
}
