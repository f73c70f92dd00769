import Foundation
import LuaKit
import Synchronization

/// Feeds bytes to LuaKit: `lua-fuzz source|values ARGUMENTS…`.
///
/// `scripts/fuzz` builds it with libFuzzer, which makes the bytes and takes the arguments. In any other build the
/// arguments are files, each of which is run once: findings, or seeds.
@main struct LuaFuzz {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count > 1, let subject = Subject(rawValue: arguments[1]) else {
            print("usage: lua-fuzz source|values ARGUMENTS…")
            exit(2)
        }
        #if FUZZING
            exit(fuzz(subject, [arguments[0]] + arguments.dropFirst(2)))
        #else
            for path in arguments.dropFirst(2) {
                guard let data = FileManager.default.contents(atPath: path) else {
                    print("there is no file '\(path)'")
                    exit(2)
                }
                subject.check(Array(data))
            }
        #endif
    }
}

/// What the bytes are taken for.
enum Subject: String {
    case source
    case values

    /// Runs one input, and ends the process when it finds something.
    func check(_ bytes: [UInt8]) {
        let problem: String? = wait {
            do {
                return switch self {
                case .source: try await SourceInput.problem(with: bytes)
                case .values: try await ValueInput.problem(with: bytes)
                }
            } catch {
                return "\(error)"
            }
        }
        guard let problem else { return }
        FileHandle.standardError.write(Data("==> \(problem)\n".utf8))
        abort()
    }

    private func wait(for work: @escaping @Sendable () async -> String?) -> String? {
        let answer = Answer()
        Task {
            let problem = await work()
            answer.problem.withLock { $0 = problem }
            answer.isThere.signal()
        }
        answer.isThere.wait()
        return answer.problem.withLock { $0 }
    }
}

/// What a task finds out for a thread that waits for it.
private final class Answer: Sendable {
    let problem = Mutex<String?>(nil)
    let isThere = DispatchSemaphore(value: 0)
}
