import Synchronization

/// What a run may do; a session may be granted more while it goes on.
public final class RunPermissions: Sendable {
    private let script: String
    private let state: Mutex<Permissions>

    init(_ permissions: Permissions, script: String) {
        self.script = script
        state = Mutex(permissions)
    }

    /// What the run may do now.
    public var now: Permissions { state.withLock { $0 } }

    /// Whether the run may do something.
    public func allow(_ permission: Permission) -> Bool { now.allow(permission) }

    /// Throws `permission_denied` unless the run has the permission.
    func require(_ permission: Permission) throws { try require([permission]) }

    /// Throws `permission_denied` unless the run has all of the permissions.
    func require(_ all: [Permission]) throws {
        if let refusal = refusal(of: all) { throw refusal }
    }

    /// What is wrong with doing what needs the permissions; `nil` where the run has them.
    func refusal(of all: [Permission]) -> PermissionDenied? {
        let permissions = now
        return all.first { !permissions.allow($0) }.map { PermissionDenied(permission: $0, script: script) }
    }

    /// Grants the run something beside what it may do.
    func grant(_ permission: Permission) {
        state.withLock { _ = $0.granted.insert(permission) }
    }
}
