import LuaKit
import Synchronization

/// Which lines of the tested scripts have run.
public final class Coverage: Sendable {
    private struct State {
        var sources: [String: LuaSource] = [:]
        var lines: [String: Set<Int>] = [:]
    }

    private let state = Mutex(State())

    /// Makes an empty one.
    public init() {}

    /// The lines of one script.
    public struct Script: Hashable, Sendable {
        /// The script's name.
        public var name: String
        /// The lines that have something to run, ascending.
        public var lines: [Int]
        /// Those of them that never ran.
        public var missed: [Int]

        /// The part that ran, 0 to 100, rounded down; 100 where nothing could.
        public var percentage: Int {
            lines.isEmpty ? 100 : (lines.count - missed.count) * 100 / lines.count
        }

        /// The lines that never ran, as `7, 12-15`.
        public var missedText: String {
            var ranges: [ClosedRange<Int>] = []
            // Two lines with nothing to run between them belong together.
            let order = Dictionary(uniqueKeysWithValues: lines.enumerated().map { ($1, $0) })
            for line in missed {
                if let last = ranges.last, let left = order[last.upperBound], let right = order[line],
                    right == left + 1
                {
                    ranges[ranges.count - 1] = last.lowerBound...line
                } else {
                    ranges.append(line...line)
                }
            }
            return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
                .joined(separator: ", ")
        }
    }

    /// What is known of each script, by name. A script that cannot be compiled is left out.
    public var scripts: [Script] {
        let state = state.withLock { $0 }
        return state.sources.values.sorted { $0.name < $1.name }.compactMap { source in
            guard let lines = try? source.executableLines() else { return nil }
            let run = state.lines[source.name] ?? []
            return Script(name: source.name, lines: lines, missed: lines.filter { !run.contains($0) })
        }
    }

    /// Adds a script that is tested.
    func add(_ source: LuaSource) {
        state.withLock { $0.sources[source.name] = source }
    }

    /// Adds lines that have run, by the script's name.
    func note(_ lines: [String: Set<Int>]) {
        state.withLock { state in
            for (name, lines) in lines { state.lines[name, default: []].formUnion(lines) }
        }
    }
}
