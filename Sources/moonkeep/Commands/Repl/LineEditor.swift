import CEdit
import Foundation

/// Lines that a person types at a terminal, with editing, history and completion by libedit.
///
/// One line is read at a time.
final class LineEditor: LineInput {
    let isInteractive = true
    /// libedit's editor, which lives as long as the process: a thread may still read with it.
    private let address: UInt
    private let historyPath: String
    private let terminal: termios
    private let completer: Completer

    /// Answers what completes a line, given what stands before the cursor. Called on a thread of the editor's own.
    typealias Completion = @Sendable (String) -> LineCompletion

    private final class Completer: Sendable {
        let complete: Completion

        init(_ complete: @escaping Completion) {
            self.complete = complete
        }
    }

    /// `nil` when there is no terminal that lines can be edited at. The history is read from a file, and kept there.
    init?(historyPath: String, complete: @escaping Completion) {
        var terminal = termios()
        guard tcgetattr(STDIN_FILENO, &terminal) == 0 else { return nil }
        self.terminal = terminal
        self.historyPath = historyPath
        completer = Completer(complete)
        let context = Unmanaged.passUnretained(completer).toOpaque()
        guard let editor = cedit_new("moonkeep", Self.complete, context) else { return nil }
        address = UInt(bitPattern: editor)
        // Without a file, or with one that is none of libedit's, the history begins anew.
        _ = cedit_load(editor, historyPath)
    }

    private var editor: OpaquePointer? { OpaquePointer(bitPattern: address) }

    func next(prompt: String) async -> LineInputEvent {
        await .reading { [self] in
            var line: UnsafeMutablePointer<CChar>?
            defer { free(line) }
            switch prompt.withCString({ cedit_read(editor, $0, &line) }) {
            case CEDIT_LINE: return .line(line.map { String(cString: $0) } ?? "")
            case CEDIT_INTERRUPTED: return .interrupted
            default: return .end
            }
        }
    }

    /// Adds a text to the history and its file, unless it begins with a space.
    func remember(_ text: String) {
        guard text.first?.isWhitespace == false else { return }
        cedit_remember(editor, text)
        let draft = historyPath + ".new"
        // A session without a history is no reason to end it.
        guard cedit_save(editor, draft), rename(draft, historyPath) == 0 else {
            unlink(draft)
            return
        }
    }

    func end() {
        var terminal = terminal
        tcsetattr(STDIN_FILENO, TCSANOW, &terminal)
    }

    private static let complete: cedit_complete = { context, before, answer in
        guard let context, let before, let answer else { return }
        let completer = Unmanaged<Completer>.fromOpaque(context).takeUnretainedValue()
        let completion = completer.complete(String(cString: before))
        if !completion.insertion.isEmpty {
            answer.pointee.insertion = strdup(completion.insertion)
        } else if completion.candidates.count > 1 {
            answer.pointee.listing = strdup(completion.listing(width: Console.standardOutput.width))
        }
    }
}
