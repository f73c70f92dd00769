/// A picture of figures in a report: lines or bars over common points, or spans of time.
public struct Chart: Hashable, Sendable {
    /// What it shows.
    public enum Content: Hashable, Sendable {
        /// Values over numbers that ascend; `points` of all series have the same scale.
        case lines([Series])
        /// A bar for each label and value.
        case bars([Bar])
        /// Spans on one scale of seconds, from the top down.
        case timeline([Span])
    }

    /// One line.
    public struct Series: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// Where it goes: x ascends.
        public var points: [Point]

        /// Makes a line.
        public init(name: String, points: [Point]) {
            (self.name, self.points) = (name, points)
        }
    }

    /// A point of a line; both are finite.
    public struct Point: Hashable, Sendable {
        /// To the right.
        public var x: Double
        /// Upwards.
        public var y: Double

        /// Makes a point.
        public init(x: Double, y: Double) {
            (self.x, self.y) = (x, y)
        }
    }

    /// One bar; its value is finite, and one that is negative is shown as none.
    public struct Bar: Hashable, Sendable {
        /// What it is of.
        public var label: String
        /// How long it is.
        public var value: Double

        /// Makes a bar.
        public init(label: String, value: Double) {
            (self.label, self.value) = (label, value)
        }
    }

    /// A span of time.
    public struct Span: Hashable, Sendable {
        /// What took it.
        public var label: String
        /// When it began, in seconds from the timeline's begin.
        public var start: Double
        /// When it ended, in seconds, not before `start`.
        public var end: Double
        /// Whether it failed.
        public var isFailed: Bool

        /// Makes a span.
        public init(label: String, start: Double, end: Double, isFailed: Bool = false) {
            (self.label, self.start, self.end, self.isFailed) = (label, start, end, isFailed)
        }
    }

    /// The heading; may be empty.
    public var title: String
    /// The unit of the values, for example `MiB/s`; may be empty.
    public var unit: String
    /// What it shows.
    public var content: Content

    /// Lines at most.
    public static let seriesLimit = 8
    /// Points that a line shows at most: more are thinned, with the highest and lowest kept.
    public static let pointLimit = 400
    /// Bars and spans at most.
    public static let rowLimit = 60

    /// Makes a chart.
    public init(title: String, unit: String = "", _ content: Content) {
        (self.title, self.unit, self.content) = (title, unit, content)
    }

    /// Roughly the bytes that it takes.
    var size: Int {
        let own = 128 + title.utf8.count + unit.utf8.count
        switch content {
        case .lines(let series):
            return series.reduce(own) { $0 + 64 + $1.name.utf8.count + $1.points.count * 32 }
        case .bars(let bars): return bars.reduce(own) { $0 + 64 + $1.label.utf8.count }
        case .timeline(let spans): return spans.reduce(own) { $0 + 64 + $1.label.utf8.count }
        }
    }
}

extension Chart.Series {
    /// The line with at most ``Chart/pointLimit`` points: of each group the lowest and the highest stay.
    var thinned: Chart.Series {
        guard points.count > Chart.pointLimit else { return self }
        let groups = Chart.pointLimit / 2
        var kept: [Chart.Point] = []
        for group in 0..<groups {
            let part = points[(group * points.count / groups)..<((group + 1) * points.count / groups)]
            guard let low = part.min(by: { $0.y < $1.y }), let high = part.max(by: { $0.y < $1.y }) else {
                continue
            }
            kept += low == high ? [low] : low.x < high.x ? [low, high] : [high, low]
        }
        return Chart.Series(name: name, points: kept)
    }
}

/// The marks of an axis: round numbers that cover some values.
struct AxisScale: Hashable {
    let low: Double
    let high: Double
    let step: Double

    /// Four or so steps of 1, 2 or 5 times a power of ten.
    init(from low: Double, to high: Double) {
        // Halves, so that the difference of two large numbers is none that is too large.
        let half = max((high / 2 - low / 2), abs(high) * 1e-9, 1e-9)
        var power = 1.0
        let raw = half / 2
        while power > raw { power /= 10 }
        while power * 10 <= raw { power *= 10 }
        let factor = [1.0, 2, 5, 10].first { $0 * power >= raw } ?? 10
        step = factor * power
        self.low = (low / step).rounded(.down) * step
        let top = (high / step).rounded(.up) * step
        self.high = top > self.low ? top : self.low + step
    }

    var marks: [Double] {
        let count = min(12, Int(((high - low) / step).rounded()))
        return (0...max(1, count)).map { low + Double($0) * step }
    }

    /// A value's place, from 0 to 1.
    func place(of value: Double) -> Double {
        min(1, max(0, (value - low) / (high - low)))
    }
}

extension Figures {
    /// A number with as many decimals as it needs, at most three digits behind the first: `1,234`, `0.25`, `1.5e+20`.
    static func number(_ value: Double) -> String {
        guard abs(value) < 1e15 else { return String(format3: value) }
        if value == value.rounded() { return count(Int(value)) }
        let decimals = abs(value) >= 100 ? 0 : abs(value) >= 10 ? 1 : abs(value) >= 1 ? 2 : 3
        var text = fixed(value, decimals)
        while text.contains("."), text.hasSuffix("0") { text.removeLast() }
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }
}

extension String {
    /// A number in few letters.
    fileprivate init(format3 value: Double) {
        let text = "\(value)"
        guard let exponent = text.firstIndex(of: "e") else {
            self = text
            return
        }
        self = String(text[..<exponent].prefix(4)) + String(text[exponent...])
    }
}
