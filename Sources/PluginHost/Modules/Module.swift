import BackupAPI
public import LuaKit

/// A table of host functions that scripts see under one name.
///
/// The description is the single source of registration, argument errors, help and editor stubs.
public struct Module: Sendable {
    /// The global's name.
    public let name: String
    /// One sentence: what the module is for.
    public let summary: String
    /// The functions, in the order in which help shows them.
    public private(set) var functions: [Function]
    /// The values, in the order in which help shows them.
    public private(set) var values: [Value]
    /// The types that its descriptions name beside those of Lua and of every host, in the order in which help shows them.
    public private(set) var types: [TypeDescription] = []
    /// The names of examples that belong to no member.
    private(set) var strayExamples: [String] = []
    /// The kinds of permission that its functions need beside ``Permission/kinds``, with what whoever has one may do.
    public private(set) var permissionKinds: [(name: String, summary: String)]
    /// The events that it can tell of, in the order in which help shows them.
    public private(set) var events: [HookEvent]

    /// A value of a module, the same for the whole run.
    public struct Value: Sendable {
        /// The field's name.
        public let name: String
        /// One sentence: what it is, with its type and unit.
        public let summary: String
        /// A short script that shows it; `nil` for none.
        public internal(set) var example: String?
        let read: @Sendable (RunContext) throws -> LuaValue
        /// What it is.
        var result: ResultDescription { ResultDescription(summary) }

        /// Describes a value.
        public init(
            _ name: String,
            _ summary: String,
            read: @escaping @Sendable (RunContext) throws -> LuaValue
        ) {
            self.name = name
            self.summary = summary
            self.read = read
        }
    }

    /// Describes a module.
    public init(
        _ name: String,
        _ summary: String,
        values: [Value] = [],
        events: [HookEvent] = [],
        permissionKinds: [(name: String, summary: String)] = [],
        @ModuleBuilder functions: () -> [Function]
    ) {
        self.name = name
        self.summary = summary
        self.values = values
        self.events = events
        self.permissionKinds = permissionKinds
        self.functions = functions()
    }

    /// The names of all members.
    public var memberNames: [String] { functions.map(\.name) + values.map(\.name) }

    /// The module as one run's scripts see it.
    func bound(to run: RunContext) throws -> LuaModule {
        let constants = try Dictionary(uniqueKeysWithValues: values.map { ($0.name, try $0.read(run)) })
        let names = memberNames
        return LuaModule(
            name,
            functions: functions.map { $0.bound(to: run, module: name) },
            constants: constants
        ) { [name] missing in
            Self.textOfMissing(missing, in: name, known: names)
        }
    }

    /// `module 'backup' has no 'strat'; did you mean 'start'?`
    static func textOfMissing(_ member: String, in module: String, known: [String]) -> String {
        let hint =
            known.nearest(to: member).map { "did you mean '\($0)'?" }
            ?? "it has \(known.joined(separator: ", "))"
        return "module '\(module)' has no '\(member)'; \(hint)"
    }
}

extension [Module] {
    /// All kinds of permission that the modules' functions can need, with what each means.
    public var permissionKinds: [(name: String, summary: String)] {
        Permission.kinds + flatMap(\.permissionKinds)
    }

    /// The modules, each name once: of one that comes again the functions and values are added to the first.
    package func merged() -> [Module] {
        var merged: [Module] = []
        for module in self {
            guard let index = merged.firstIndex(where: { $0.name == module.name }) else {
                merged.append(module)
                continue
            }
            merged[index] = merged[index].adding(module)
        }
        return merged
    }
}

extension Module {
    /// The module with what another one has too; of two members of one name the other's counts.
    fileprivate func adding(_ other: Module) -> Module {
        let names = Set(other.memberNames)
        var copy = self
        copy.events = events + other.events
        copy.permissionKinds = permissionKinds + other.permissionKinds
        copy.functions = functions.filter { !names.contains($0.name) } + other.functions
        copy.values = values.filter { !names.contains($0.name) } + other.values
        let ownTypes = Set(other.types.map(\.name))
        copy.types = types.filter { !ownTypes.contains($0.name) } + other.types
        copy.strayExamples += other.strayExamples
        return copy
    }
}

extension Module {
    /// The same with the types that its descriptions name, and with a short script for each function and value, by its name.
    public func documented(types: [TypeDescription] = [], examples: [String: String] = [:]) -> Module {
        var copy = self
        copy.types += types
        copy.functions = functions.map { function in
            examples[function.name].map { function.example($0) } ?? function
        }
        copy.values = values.map { value in
            var value = value
            value.example = examples[value.name] ?? value.example
            return value
        }
        copy.strayExamples += Set(examples.keys).subtracting(memberNames).sorted()
        return copy
    }
}

/// Collects the functions of a module.
@resultBuilder public enum ModuleBuilder {
    /// One function a line.
    public static func buildBlock(_ functions: Function...) -> [Function] { functions }
}
