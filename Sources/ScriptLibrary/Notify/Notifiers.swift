import LuaKit
import PluginHost
import Synchronization

/// Who can be told, and how: the providers of the host, and names for several targets at once.
///
/// A target is `PROVIDER:ADDRESS`, a provider alone, or a group's name.
public struct Notifiers: Sendable {
    /// Targets by the group's name.
    public var groups: [String: [String]]
    private let find: @Sendable (String) async -> (any NotificationProvider)?
    private let list: @Sendable () async -> [String]

    /// Makes a set of providers, by their names, and groups.
    public init(providers: [String: any NotificationProvider] = [:], groups: [String: [String]] = [:]) {
        self.init(groups: groups, find: { providers[$0] }, list: { Array(providers.keys) })
    }

    /// Makes a set of groups, and of providers that may change: `find` is asked for one by its name when there is a message for
    /// it, and `list` for all names when there is none of that name.
    public init(
        groups: [String: [String]] = [:],
        find: @escaping @Sendable (String) async -> (any NotificationProvider)?,
        list: @escaping @Sendable () async -> [String]
    ) {
        self.groups = groups
        self.find = find
        self.list = list
    }

    /// The provider that has this name now.
    func provider(_ name: String) async -> (any NotificationProvider)? { await find(name) }

    /// The names of the providers that there are now.
    func names() async -> [String] { await list() }

    /// The targets that a name stands for, without groups; each once.
    func targets(of name: String) -> [String] {
        guard let members = groups[name] else { return [name] }
        var seen: Set<String> = []
        return members.filter { seen.insert($0).inserted }
    }

    /// `slack:ops` is the provider `slack` with the address `ops`.
    static func split(_ target: String) -> (provider: String, address: String) {
        guard let colon = target.firstIndex(of: ":") else { return (target, "") }
        return (String(target[..<colon]), String(target[target.index(after: colon)...]))
    }
}

/// The providers that a script of one run has registered.
final class ScriptProviders: Sendable {
    private let functions = Mutex<[String: LuaFunction]>([:])

    subscript(name: String) -> LuaFunction? { functions.withLock { $0[name] } }

    var names: [String] { functions.withLock { $0.keys.sorted() } }

    func add(_ name: String, _ function: LuaFunction) {
        functions.withLock { $0[name] = function }
    }
}

/// Why a message was not delivered.
struct DeliveryFailure: Error, CustomStringConvertible {
    let description: String
}
