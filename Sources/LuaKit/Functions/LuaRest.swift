/// All arguments from a position on, for the last parameter of a typed function.
///
/// ```swift
/// LuaHostFunction("sum") { (numbers: LuaRest<Double>) in numbers.elements.reduce(0, +) }
/// ```
public struct LuaRest<Element: LuaParameter>: LuaParameter {
    /// The arguments in order; empty when there are none.
    public var elements: [Element]

    /// Reads what is left; an argument that is no `Element` is named by its own position.
    public static func read(
        _ arguments: borrowing LuaArguments,
        at position: Int
    ) throws(LuaConversionError) -> LuaRest<Element> {
        var elements: [Element] = []
        for index in stride(from: position, through: arguments.count, by: 1) {
            do throws(LuaConversionError) {
                elements.append(try Element.read(arguments, at: index))
            } catch {
                var placed = error
                placed.argument = index
                throw placed
            }
        }
        return LuaRest(elements: elements)
    }
}
