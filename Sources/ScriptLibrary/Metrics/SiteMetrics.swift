public import BackupAPI
import Foundation
import HostSystem
import LuaKit
public import PluginHost
import Synchronization

/// The metrics of a site's runs: what scripts set, and what each run has anyway.
///
/// When a run ends, its script's file is written into a folder that Prometheus' textfile collector reads: whole, or not at
/// all.
public final class SiteMetrics: Sendable {
    private struct State {
        /// What runs that are under way have set, by the run and the series.
        var running: [String: [String: MetricSample]] = [:]
        /// What the last run of each script came to.
        var ended: [String: [MetricSample]] = [:]
    }

    /// Series that one run may set.
    static let seriesLimit = 1_000

    private let folder: String?
    private let now: @Sendable () -> Timestamp
    private let state = Mutex(State())

    /// Makes the metrics of a site. Without a folder nothing is written.
    public init(folder: String?, now: @escaping @Sendable () -> Timestamp) {
        self.folder = folder
        self.now = now
    }

    /// All series in the text format of Prometheus.
    public var text: String { MetricText.text(of: state.withLock { $0.ended.values.flatMap(\.self) }) }

    /// What is to be told of one run's news, of every run whose script may use the module; when the run ends, its file is
    /// written. `failed` gets a sentence when that could not
    /// be done: a run is not worse for it.
    public func makeObserver(failed: @escaping @Sendable (String) -> Void = { _ in })
        -> @Sendable (RunEvent) -> Void
    {
        let standard = Mutex(StandardMetrics())
        return { [self] event in
            let time = now()
            let (samples, run, script) = standard.withLock { standard in
                standard.note(event, at: time)
                guard case .finished(let result) = event, result.halt == nil else {
                    return ([MetricSample]?.none, standard.run, standard.script)
                }
                return (standard.samples(of: result, at: time), standard.run, standard.script)
            }
            guard case .finished = event else { return }
            let own = state.withLock { $0.running.removeValue(forKey: run)?.values.map(\.self) ?? [] }
            // A run that has only stopped sets them again when it goes on.
            guard let samples else { return }
            do {
                try end(script, samples + own.map { $0.labelled("workflow", script) })
            } catch {
                failed("the metrics of '\(script)' could not be written: \(error.localizedDescription)")
            }
        }
    }

    /// Adds what a script sets; a counter adds up.
    func add(_ sample: MetricSample, run: String) throws {
        try state.withLock { state in
            let known = state.running[run]?[sample.series]
            guard known != nil || state.running[run]?.count ?? 0 < Self.seriesLimit else {
                throw ArgumentProblem("a run may set \(Self.seriesLimit) series")
            }
            let kinds = state.running[run]?.values.first { $0.name == sample.name }?.kind
            guard kinds == nil || kinds == sample.kind else {
                throw ArgumentProblem("the metric '\(sample.name)' is a \(kinds?.rawValue ?? "") in this run")
            }
            var sample = sample
            if sample.kind == .counter { sample.value += known?.value ?? 0 }
            state.running[run, default: [:]][sample.series] = sample
        }
    }

    /// Keeps and writes what a script's run came to. Counters go on from the last run's, and the time of the last success
    /// stays where there was none.
    private func end(_ script: String, _ samples: [MetricSample]) throws {
        let file = folder.map { $0 + "/" + Self.fileName(of: script) }
        let written = file.flatMap { try? String(contentsOfFile: $0, encoding: .utf8) }
        let all = state.withLock { state in
            let last = written.map(MetricText.values) ?? [:]
            let kept = state.ended[script] ?? []
            var all = samples.map { sample in
                var sample = sample
                if sample.kind == .counter {
                    sample.value +=
                        last[sample.series] ?? kept.first { $0.series == sample.series }?.value ?? 0
                }
                return sample
            }
            let known = Set(all.map(\.series))
            all += (kept + Self.successes(in: written ?? "")).filter {
                $0.name == StandardMetrics.lastSuccess && !known.contains($0.series)
            }
            var seen: Set<String> = []
            all = all.filter { seen.insert($0.series).inserted }
            state.ended[script] = all
            return all
        }
        if let file { try Replacement.write(MetricText.text(of: all), to: file) }
    }

    /// The times of last successes that a file has.
    private static func successes(in text: String) -> [MetricSample] {
        MetricText.values(in: text).compactMap { series, value in
            guard series.hasPrefix(StandardMetrics.lastSuccess + "{") else { return nil }
            let pairs = series.dropFirst(StandardMetrics.lastSuccess.count + 1).dropLast().split(
                separator: ","
            )
            let labels = pairs.compactMap { pair -> (String, String)? in
                let halves = pair.split(separator: "=", maxSplits: 1)
                // Names with marks of the format in them are not taken up again.
                guard halves.count == 2, !halves[1].contains("\\") else { return nil }
                return (String(halves[0]), String(halves[1].dropFirst().dropLast()))
            }
            guard labels.count == pairs.count else { return nil }
            return MetricSample(
                name: StandardMetrics.lastSuccess,
                kind: .gauge,
                labels: Dictionary(labels) { first, _ in first },
                value: value
            )
        }
    }

    /// A name of a file for a script's name: no two scripts have the same.
    private static func fileName(of script: String) -> String {
        let letters = script.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
        return
            "moonkeep-\(String(letters).prefix(60))-\(SHA256.hexDigest(of: Array(script.utf8)).prefix(8)).prom"
    }
}

extension MetricSample {
    fileprivate func labelled(_ name: String, _ value: String) -> MetricSample {
        var copy = self
        copy.labels[name] = value
        return copy
    }
}
