import Foundation
import RunJournal

/// When a worker dies, or what else does.
enum Death: Sendable {
    /// The worker, at the n-th point that it passes.
    case atPoint(Int)
    /// The worker, at some moment after its start.
    case after(Duration)
    /// The worker, and then all that it has left running.
    case everything(Duration)
    /// Something that the worker has started, while the worker lives.
    case only(Victim, Duration)
    /// The worker with all that it has started, in a PID namespace that ends with it.
    case container(Duration)
}

/// A process that a worker starts and that outlives it.
enum Victim: Sendable, CaseIterable {
    /// The program that does the work.
    case restic
    /// The shell that waits for it.
    case launcher
    /// Both, and whatever they have started.
    case group
}

/// One run of a workflow whose workers die as planned, and what came of it.
struct Trial: Sendable {
    /// A worker that takes longer than this is stuck, as is a run that is not over after so many undisturbed workers.
    private static let patience = Duration.seconds(180)
    private static let undisturbedWorkers = 3

    let workflow: Workflow
    let folder: String
    let site: any BackEndSite
    let seed: UInt64

    func run(_ deaths: [Death]) async throws -> TrialResult {
        var result = TrialResult()
        var plan = deaths[...]
        var life: UInt64 = 0
        var isUndisturbed = 0
        let began = ContinuousClock.now
        while isUndisturbed < Self.undisturbedWorkers {
            let death = plan.popFirst()
            if death == nil { isUndisturbed += 1 }
            life += 1
            if life > 1 { result.resumes += 1 }
            let order = WorkerOrder(
                folder: folder,
                workflow: workflow.name,
                service: site.address,
                deathPoint: death?.point,
                seed: seed &+ life
            )
            let end = try await work(order, death, &result.otherKills)
            if case .killed = end, death != nil {
                result.kills += 1
                if case .everything = death, await site.kill(.group) { result.otherKills += 1 }
                if try await hasUnrecordedStart() { result.killsBetweenEffectAndRecord += 1 }
                continue
            }
            guard end == .done else {
                result.notes.append("a worker ended as \(end): \(read("worker.log").suffix(400))")
                continue
            }
            result.account = try JSONDecoder().decode(Account.self, from: Data(read("answer.json").utf8))
            break
        }
        result.duration = .now - began
        result.otherKills += site.otherKills
        try await judge(&result)
        return result
    }

    private func work(_ order: WorkerOrder, _ death: Death?, _ otherKills: inout Int) async throws
        -> Child.Ending
    {
        switch death {
        case .container(let delay):
            return try await Child(containedWorker: order).end(killedAfter: delay)
        case .only(let victim, let delay):
            let child = try Child(worker: order)
            let killer = Task {
                try await Task.sleep(for: delay, clock: .continuous)
                return await site.kill(victim)
            }
            let end = await child.end(killedAfter: Self.patience)
            killer.cancel()
            if (try? await killer.value) == true { otherKills += 1 }
            return end
        default:
            return try await Child(worker: order).end(killedAfter: death?.delay ?? Self.patience)
        }
    }

    private func read(_ name: String) -> String {
        String(decoding: FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data(), as: UTF8.self)
    }

    /// Whether something was started of which the journal does not know.
    private func hasUnrecordedStart() async throws -> Bool {
        let starts = try await site.starts()
        guard !starts.isEmpty else { return false }
        return !Set(try await steps().compactMap(\.startedID)).isSuperset(of: starts.keys)
    }

    private func steps() async throws -> [StepRecord] {
        let store = try RunStore(path: folder + "/journal.sqlite")
        return try await store.steps(of: "run")
    }

    /// Compares what was started with what the journal has of it.
    private func judge(_ result: inout TrialResult) async throws {
        let starts = try await site.starts()
        let steps = try await steps()
        let known = steps.compactMap(\.startedID)
        for name in starts.values { result.starts[name, default: 0] += 1 }
        let ended = steps.filter { $0.kind == .wait && $0.state == .done }.map(\.input)
        for id in starts.keys.sorted() {
            if known.filter({ $0 == id }).count != 1 {
                result.lost += 1
                result.notes.append("no step has started '\(id)' of '\(starts[id] ?? "")'")
            } else if !ended.contains(where: { $0.contains("\"\(id)\"") }) {
                result.lost += 1
                result.notes.append("nobody has seen the end of '\(id)' of '\(starts[id] ?? "")'")
            }
        }
        for id in known where starts[id] == nil {
            result.lost += 1
            result.notes.append("'\(id)' is in the journal and not at the service")
        }
        for step in steps where step.state == .intent && step.kind == .start {
            result.notes.append("step \(step.key) is still an intent")
        }
        result.problems = try await site.problems()
    }
}

extension Death {
    fileprivate var point: Int? {
        if case .atPoint(let point) = self { point } else { nil }
    }

    fileprivate var delay: Duration? {
        switch self {
        case .after(let delay), .everything(let delay): delay
        default: nil
        }
    }
}

extension StepRecord {
    fileprivate var startedID: String? { kind == .start ? externalReference : nil }
}
