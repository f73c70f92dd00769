/// A Swift object that scripts can hold: what a ``LuaObject`` is to a value.
public protocol LuaHeld: AnyObject, Sendable {}

/// Any Swift object that scripts can hold, as a value.
public struct AnyLuaObject: Sendable {
    /// The object.
    public let object: any LuaHeld
    /// The name that scripts know its type by.
    public let typeName: String
    private let describe: @Sendable () -> String

    init(object: any LuaHeld, typeName: String, describe: @escaping @Sendable () -> String) {
        self.object = object
        self.typeName = typeName
        self.describe = describe
    }

    /// The text that its type gives it; the type's name where that gives none.
    public var text: String { describe() }
}

extension AnyLuaObject: Hashable {
    /// Two values are equal when they are the same object.
    public static func == (left: AnyLuaObject, right: AnyLuaObject) -> Bool { left.object === right.object }

    /// Hashes the object's identity.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(object)) }
}
