import LuaKit

/// Why a line of a session ended without a result.
public struct SessionFailure: Error, Sendable {
    /// What happened, and where in the line.
    public let failure: RunFailure
    /// What the session was not granted, where that is the reason.
    public let refused: Permission?
    /// Whether a limit has ended the state: what lines have given globals is gone, and the next line begins anew.
    public let isStateLost: Bool
}

extension Permission {
    /// The permission that an error says is missing; `nil` for all other errors.
    init?(refusedBy error: any Error) {
        switch error {
        case let denied as PermissionDenied: self = denied.permission
        case let error as LuaError:
            guard let cause = error.cause else { return nil }
            self.init(refusedBy: cause)
        default: return nil
        }
    }
}
