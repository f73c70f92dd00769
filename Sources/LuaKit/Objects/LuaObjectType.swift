/// What scripts can do with the objects of a Swift class.
///
/// Members are looked up out of the script's reach. One that does not exist is an error that names it, reading as well as
/// setting.
public struct LuaObjectType<Object: LuaObject>: Sendable {
    /// A property's name and functions.
    struct Property: Sendable {
        let name: String
        let getter: LuaHostFunction
        let setter: LuaHostFunction?
    }

    /// The name that errors and `tostring` call the type by, as in `Counter: 1`.
    public let name: String
    var methods: [(name: String, function: LuaHostFunction)] = []
    private(set) var properties: [Property] = []
    private(set) var close: LuaHostFunction?
    private(set) var textFunction: LuaHostFunction?
    private(set) var describe: (@Sendable (Object) -> String)?

    /// Makes a type; `describe` adds its members. Of two members of one name the last one counts.
    public init(_ name: String, _ describe: (inout LuaObjectType<Object>) -> Void) {
        self.name = name
        describe(&self)
    }

    /// The names of its methods and properties, in the order in which they were added.
    package var memberNames: [String] { methods.map(\.name) + properties.map(\.name) }

    // MARK: Methods

    /// Adds a method that returns at once; scripts call it as `object:name(…)`.
    ///
    /// Errors count the object as the first argument: `bad argument #1 to 'Counter.add': Counter expected, got table`.
    public mutating func method<each Parameter: LuaParameter, Result: LuaResult & SendableMetatype>(
        _ name: String,
        _ body: @escaping @Sendable (Object, repeat each Parameter) throws -> Result
    ) {
        methods.append((name, LuaHostFunction("\(self.name).\(name)", body)))
    }

    /// Adds a method whose result is `Encodable`, or nothing.
    @_disfavoredOverload
    public mutating func method<each Parameter: LuaParameter, Result: SendableMetatype>(
        _ name: String,
        _ body: @escaping @Sendable (Object, repeat each Parameter) throws -> Result
    ) {
        methods.append((name, LuaHostFunction("\(self.name).\(name)", body)))
    }

    // MARK: Properties

    /// Adds a property that scripts can read; setting it is an error.
    public mutating func property<Value: LuaResult & SendableMetatype>(
        _ name: String,
        _ get: @escaping @Sendable (Object) throws -> Value
    ) {
        let getter = LuaHostFunction("\(self.name).\(name)", get)
        properties.append(Property(name: name, getter: getter, setter: nil))
    }

    /// Adds a property that scripts can read and set. A value of another type is an error that names the property:
    /// `Counter.step: integer expected, got string`.
    public mutating func property<Value: LuaParameter & LuaResult>(
        _ name: String,
        get: @escaping @Sendable (Object) throws -> Value,
        set: @escaping @Sendable (Object, Value) throws -> Void
    ) {
        let path = "\(self.name).\(name)"
        let setter = LuaHostFunction(path) { (object: Object, assigned: Assigned<Value>) in
            let value: Value
            do throws(LuaConversionError) {
                value = try assigned.value.get()
            } catch {
                throw LuaConversionError(error.description, path: path)
            }
            try set(object, value)
        }
        properties.append(Property(name: name, getter: LuaHostFunction(path, get), setter: setter))
    }

    // MARK: Text

    /// Gives the objects a text of their own instead of `Counter: 1`: what `tostring` returns, and what stands for the
    /// object wherever the host has to write it down.
    public mutating func text(_ describe: @escaping @Sendable (Object) -> String) {
        self.describe = describe
        textFunction = LuaHostFunction("\(name).tostring") { (object: Object) in describe(object) }
    }

    // MARK: Closing

    /// Lets scripts write `local object <close> = …`. The object is closed where the variable's block ends, also by an
    /// error, and is gone then. A script that is ended by force closes nothing; the object is then only released.
    public mutating func close(_ body: @escaping @Sendable (Object) throws -> Void) {
        close = LuaHostFunction("\(name).close", body)
    }

    /// Lets scripts write `local object <close> = …`, with a closing that may wait.
    public mutating func close(waiting body: @escaping @Sendable (Object) async throws -> Void) {
        close = LuaHostFunction("\(name).close", waiting: body)
    }
}

/// The value that a script assigns, or why it cannot be one: the error names the property, not an argument.
private struct Assigned<Value: LuaParameter>: LuaParameter {
    let value: Result<Value, LuaConversionError>

    static func read(_ arguments: borrowing LuaArguments, at position: Int) -> Assigned<Value> {
        do throws(LuaConversionError) {
            return Assigned(value: .success(try Value.read(arguments, at: position)))
        } catch {
            return Assigned(value: .failure(error))
        }
    }
}
