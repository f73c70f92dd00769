package import BackupAPI

/// How a run ended.
package protocol RunVerdict: Sendable {
    var state: ActivityState { get }
    var reason: String { get set }
    var diagnostics: String { get set }
    var errorCount: Int { get set }
    var items: [ErrorItem] { get }
    var exitCode: Int? { get }

    init(state: ActivityState)
}

extension RunVerdict {
    /// A run that did not get as far as restic, or that restic refused.
    package init(failure: ResticFailure) {
        self.init(state: .failed)
        reason = failure.reason
        diagnostics = failure.diagnostics
        errorCount = 1
    }

    /// Names the first of some paths with which something could not be done.
    static func sentence(_ count: Int, _ items: [ErrorItem], couldNotBe what: String) -> String {
        let named = items.prefix(3).map { "'\($0.path)' (\($0.description ?? $0.type))" }
        let more = count > named.count ? ", and \(count - named.count) more" : ""
        let subject = count == 1 ? "1 path" : "\(count) paths"
        return "\(subject) could not be \(what): \(named.joined(separator: ", "))\(more)"
    }
}
