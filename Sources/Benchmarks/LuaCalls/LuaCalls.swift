import BenchmarkTable
import CLuaBaseline
import Glibc
import LuaKit

/// Times what LuaKit adds to Lua, against the same script with plain C functions.
///
/// Each figure is the median of what several fresh processes measure; they take turns, so that none has a quiet machine
/// for itself. An argument chooses the measures whose name has it, as `call`, `states` or `coding`. `--measure NAME` is
/// one such process; `--time NAME` times one whole run, for a comparison with another embedding.
@main
struct LuaCalls {
    static let processes = 9
    static let measures: [any Measure] =
        CallCase.all + [
            SuspendedCalls(), LuaStates(), LuaCoding(), LuaOrder(),
        ]

    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.count == 2, arguments[0] == "--measure" { return try await measure(arguments[1]) }
        if arguments.count == 2, arguments[0] == "--time" { return try await time(arguments[1]) }
        let wanted = arguments.first ?? ""
        let chosen = measures.filter { $0.name.contains(wanted) || wanted.isEmpty }
        var found = [[[Double]]](repeating: [], count: chosen.count)
        for _ in 0..<processes {
            for (index, measure) in chosen.enumerated() {
                found[index].append(try OwnProcess.figures(["--measure", measure.name]))
            }
        }
        var table = Table()
        table.title(
            """
            Each figure is the median of \(processes) processes, of the wall time in ms the least; then their least and greatest.
            Of plain C: in each process the median of \(CallPairs.rounds) rounds of two runs with LuaKit and two without in turn, by the \
            processor time of the one thread that runs both.
            """
        )
        for (measure, figures) in zip(chosen, found) {
            for (column, row) in measure.rows.enumerated() {
                let all = figures.compactMap { $0.indices.contains(column) ? $0[column] : nil }
                guard let least = all.min(), let greatest = all.max() else { continue }
                let figure = row.isWallTime ? least : all.median
                table.row(row.name, figure, row.unit, limit: row.limit, spread: least...greatest)
            }
        }
        if table.misses > 0 { exit(1) }
    }

    /// Prints the figures of one measure, one a line.
    private static func measure(_ name: String) async throws {
        guard let measure = measures.first(where: { $0.name == name }) else { exit(2) }
        for figure in try await measure.figures() { print(figure) }
    }

    /// Prints the seconds that one whole run takes, and its script.
    private static func time(_ name: String) async throws {
        guard let measured = CallCase.all.first(where: { $0.name == name }) else { exit(2) }
        let script = measured.script(measured.operations)
        print(try await CallPairs().own(script))
        print(script)
    }
}
