/// Something that a process of its own measures, and the rows of the table that show it.
protocol Measure: Sendable {
    /// The argument by which the process is told what to measure.
    var name: String { get }
    /// What the rows state, in the order of the figures.
    var rows: [Row] { get }
    /// Measures once, in this process.
    func figures() async throws -> [Double]
}

/// A row of the table without its figure.
struct Row {
    var name: String
    var unit: String
    var limit: Double?
    /// Whether it is time on the wall, to which whatever else the machine does adds: the row states the least then.
    var isWallTime = false
}
