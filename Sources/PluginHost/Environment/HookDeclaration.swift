public import LuaKit

/// What a plugin says of one of its hooks.
public struct HookDeclaration: Hashable, Sendable {
    /// The event of which the hook is told.
    public let event: String
    /// How long it may take.
    public let timeout: Duration
    /// What its failure means for the run.
    public let onError: HookErrorPolicy
}

/// What the failure of a hook means for the run in which it was called. The run goes on in any case.
public enum HookErrorPolicy: String, ParameterKind, CaseIterable {
    /// The run's outcome is warning at least.
    case warn
    /// The run's outcome is failed.
    case fail
    /// Nothing; it stands in the run's log, for whoever looks for a fault.
    case ignore

    /// `string`
    public static var typeName: String { "string" }

    /// Reads the name of one.
    public static func read(_ value: LuaValue) throws -> HookErrorPolicy {
        guard let policy = value.text.flatMap(HookErrorPolicy.init) else {
            throw ArgumentProblem("\"warn\", \"fail\" or \"ignore\" expected, got \(value.shown)")
        }
        return policy
    }
}
