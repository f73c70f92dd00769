import BackupAPI
import Hummingbird
import RunJournal

/// The console's API below `/moonkeep/v1`: what its pages show and do, as JSON.
struct ConsoleAPI: Sendable {
    static let root = ["moonkeep", "v1"]

    let lookout: Lookout
    let principal: Principal

    /// Answers a request. Throws a fault.
    func answer(_ request: ConsoleRequest) async throws -> Answer {
        let path = Array(request.segments.dropFirst(Self.root.count))
        do {
            switch (path.first, path.count, path.last) {
            case ("overview", 1, _):
                try Self.expect(["GET"], request)
                return try .ok(try await lookout.overview())
            case ("schedules", 1, _):
                try Self.expect(["GET"], request)
                return try .ok(["schedules": try await lookout.runs.schedules()])
            case ("runs", 1, _):
                try Self.expect(["GET"], request)
                return try .ok(["runs": try await runs(request.query)])
            case ("runs", 2, _):
                try Self.expect(["GET"], request)
                return try .ok(lookout.resource(try await lookout.run(path[1])))
            case ("runs", 3, "steps"):
                try Self.expect(["GET"], request)
                return try .ok(["steps": try await steps(of: path[1], request.query)])
            case ("runs", 3, "questions"):
                try Self.expect(["GET"], request)
                let run = try await lookout.run(path[1])
                return try .ok(["questions": try await lookout.questions(of: run)])
            case ("runs", 3, "cancel"):
                try Self.expect(["POST"], request)
                _ = try await changes.cancel(path[1])
                return .accepted()
            case ("runs", 3, "decisions"):
                try Self.expect(["POST"], request)
                let json: JSONValue
                do { json = try JSONReader.read(request.body) } catch {
                    throw Fault.badRequest("the body is no JSON: \(error)")
                }
                guard let step = json["step"]?.stringValue, let choice = json["choice"]?.stringValue else {
                    throw Fault.badRequest("the body must be {\"step\": \"0#3\", \"choice\": \"…\"}")
                }
                try await changes.decide(path[1], step: step, choice: choice)
                return .accepted()
            default:
                throw Fault.notFound("there is no resource '/\(request.segments.joined(separator: "/"))'")
            }
        } catch let error as JournalError {
            throw Fault(error)
        }
    }

    private var changes: ConsoleChanges { ConsoleChanges(lookout: lookout, principal: principal) }

    private func runs(_ query: Query) async throws -> [RunResource] {
        let paging = try query.paging(isAscendingByDefault: false)
        guard !paging.isAscending else {
            throw Fault.badRequest("runs are listed newest first; leave sort_dir out")
        }
        let filter = RunFilter(
            script: query["script"],
            statuses: query["status"].map {
                Set($0.split(separator: ",").map { RunStatus(rawValue: String($0)) })
            },
            since: try Self.moment("since", query),
            before: try Self.moment("before", query),
            marker: paging.marker,
            limit: paging.limit
        )
        return try await lookout.runs.journal.runs(filter).map(lookout.resource)
    }

    private func steps(of id: String, _ query: Query) async throws -> [StepResource] {
        let run = try await lookout.run(id)
        let paging = try query.paging(isAscendingByDefault: true)
        let skip = query["skip"] ?? "0"
        guard let skipped = Int(skip), skipped >= 0 else {
            throw Fault.badRequest("skip must be an integer from 0, and is '\(skip)'")
        }
        return try await lookout.runs.journal.steps(
            of: run.id,
            withTrouble: try query.flag("with_trouble") ?? false,
            skipping: skipped,
            limit: paging.limit
        ).map(StepResource.init)
    }

    private static func moment(_ name: String, _ query: Query) throws(Fault) -> Int64? {
        guard let text = query[name] else { return nil }
        guard let moment = Timestamp(text) else {
            throw .badRequest("\(name) must be a time as 2026-11-30T02:00:00Z, and is '\(text)'")
        }
        return moment.microseconds
    }

    private static func expect(_ methods: [String], _ request: ConsoleRequest) throws(Fault) {
        guard methods.contains(request.method) else {
            let path = "/" + request.segments.joined(separator: "/")
            throw .methodNotAllowed(request.method, path: path, allowed: methods)
        }
    }
}

extension Fault {
    /// The fault that fits what the journal threw.
    init(_ error: JournalError) {
        let status =
            switch error.code {
            case .unknownRun, .unknownStep: 404
            case .conflict: 409
            case .locked, .diskFull: 503
            default: 500
            }
        self.init(
            status: status,
            message: status < 500
                ? error.message : "the journal of the runs cannot be used; the server's log says why",
            headers: status == 503 ? [.retryAfter: "5"] : [:]
        )
    }
}
