import Foundation

/// Where the lines of a session come from.
protocol LineInput: Sendable {
    /// Whether a person types them.
    var isInteractive: Bool { get }
    /// Waits for the next line. Cancelling the task is the end.
    func next(prompt: String) async -> LineInputEvent
    /// Keeps a text for people who want it again.
    func remember(_ text: String)
    /// Leaves the terminal as it was; nothing is read afterwards.
    func end()
}

/// What came of waiting for a line.
enum LineInputEvent: Equatable, Sendable {
    /// A line, without its end.
    case line(String)
    /// The person gave up what they were typing.
    case interrupted
    /// There are no more lines.
    case end
}

extension LineInputEvent {
    /// Waits for what a thread of its own reads, so that no other work has to wait with it. The thread is left behind when the
    /// task is cancelled.
    static func reading(_ read: @escaping @Sendable () -> LineInputEvent) async -> LineInputEvent {
        let (events, continuation) = AsyncStream.makeStream(of: LineInputEvent.self)
        Thread.detachNewThread {
            continuation.yield(read())
            continuation.finish()
        }
        return await events.first { _ in true } ?? .end
    }
}

/// Lines of a file or of another program.
struct PipedLines: LineInput {
    let isInteractive = false

    func next(prompt: String) async -> LineInputEvent {
        await .reading { readLine().map { .line($0) } ?? .end }
    }

    func remember(_ text: String) {}
    func end() {}
}
