/// A Swift object that scripts can hold and use through its type's methods and properties.
///
/// A script gets a userdata that holds a number, never the object's address; it cannot take it apart or make one up. The
/// state keeps the object until no script can reach it any more, and releases it on the state's thread; an object that
/// is still there when the state ends is released with it. The class has to be final.
///
/// ```swift
/// final class Tally: LuaObject {
///     private let total = Mutex(0)
///     static let luaType = LuaObjectType<Tally>("Tally") { type in
///         type.method("add") { (tally: Tally, amount: Int) in tally.total.withLock { $0 += amount } }
///         type.property("total") { tally in tally.total.withLock { $0 } }
///     }
/// }
/// ```
///
/// The object is a parameter and a result of host functions as any other type. The same object is equal to itself in
/// Lua however often it is handed over, and comes back as the same Swift instance.
public protocol LuaObject: LuaHeld, LuaParameter, LuaResult {
    /// What scripts can do with it. The first use in a state defines the type there.
    static var luaType: LuaObjectType<Self> { get }
    /// Bytes that it holds outside Lua; 0 if it does not say.
    ///
    /// They count as the state's memory: the script gets an error for an object that is over the limit. Read when the
    /// object is handed over and at each use, so that an object that grows is refused at its next use.
    var memoryBytes: Int { get }
}

extension LuaObject {
    /// 0.
    public var memoryBytes: Int { 0 }

    /// Reads an object of this type.
    public static func read(
        _ arguments: borrowing LuaArguments,
        at position: Int
    ) throws(LuaConversionError) -> Self {
        try unsafe arguments.core.object(Self.self, in: arguments.state, at: Int32(position))
    }

    /// Pushes the object.
    public func push(to results: LuaResults) throws(LuaConversionError) -> LuaResults.Pushed {
        try results.push([.object(self)])
    }
}

extension AnyLuaObject {
    /// Makes a value of an object.
    public init(_ object: some LuaObject) {
        self.init(
            object: object,
            typeName: Self.typeName(object),
            describe: { Self.text(object) }
        )
    }

    private static func text<Object: LuaObject>(_ object: Object) -> String {
        Object.luaType.describe?(object) ?? Object.luaType.name
    }

    private static func typeName<Object: LuaObject>(_: Object) -> String { Object.luaType.name }
}

extension LuaValue {
    /// A Swift object.
    public static func object(_ object: some LuaObject) -> LuaValue {
        .object(AnyLuaObject(object))
    }
}
