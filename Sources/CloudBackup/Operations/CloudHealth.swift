/// How the service is, with all it depends on (contract 2.1).
public struct CloudHealth: Hashable, Sendable {
    /// Whether each dependency is online, by group and name: `storage/cassandra`.
    public var dependencies: [String: Bool]

    /// Whether all of them are.
    public var isOnline: Bool { dependencies.values.allSatisfy(\.self) }

    /// Makes a health.
    public init(dependencies: [String: Bool]) {
        self.dependencies = dependencies
    }

    init(reading json: JSONValue) {
        var dependencies: [String: Bool] = [:]
        for group in json.members {
            for system in group.value.members {
                dependencies["\(group.key)/\(system.key)"] = system.value["online"]?.isTrue
            }
        }
        self.init(dependencies: dependencies)
    }
}

extension JSONValue {
    fileprivate var members: [Member] {
        if case .object(let members) = self { members } else { [] }
    }
}
