/// Several results of one call, in order.
///
/// ```swift
/// LuaHostFunction("divide") { (a: Int, b: Int) in LuaMultiple(a / b, a % b) }
/// ```
public struct LuaMultiple<each Result: Encodable>: LuaResult {
    private let values: (repeat each Result)

    /// Makes a list of results.
    public init(_ values: repeat each Result) {
        self.values = (repeat each values)
    }

    /// Pushes each as one result.
    public func push(to results: LuaResults) throws(LuaConversionError) -> LuaResults.Pushed {
        var all: [LuaValue] = []
        for value in repeat each values { all.append(try LuaEncoder.encode(value)) }
        return try results.push(all)
    }
}
