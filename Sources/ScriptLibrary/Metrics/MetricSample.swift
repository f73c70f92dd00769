import BackupAPI
import LuaKit
import PluginHost

/// One value of one series.
struct MetricSample: Hashable, Sendable {
    enum Kind: String, Sendable {
        case gauge, counter
    }

    var name: String
    var kind: Kind
    var labels: [String: String]
    var value: Double

    /// The name with the labels: the same for the same series.
    var series: String { PrometheusText.series(name, labels) }
}

/// Series in the text format of Prometheus.
enum MetricText {
    static func text(of samples: [MetricSample]) -> String {
        Dictionary(grouping: samples, by: \.name).sorted { $0.key < $1.key }
            .map { name, samples in
                PrometheusText.family(
                    name,
                    samples[0].kind.rawValue,
                    StandardMetrics.help[name] ?? "Set by a script.",
                    samples.map { ($0.series, $0.value) }
                )
            }
            .joined()
    }

    /// The values of a text that ``text(of:)`` made, by their series.
    static func values(in text: String) -> [String: Double] {
        var values: [String: Double] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...])
            else { continue }
            values[String(line[..<space])] = value
        }
        return values
    }
}

/// The name of a metric.
enum MetricName: ParameterKind {
    static var typeName: String { "string" }

    static func read(_ value: LuaValue) throws -> String {
        guard let name = value.text, (1...100).contains(name.utf8.count), isName(name, colons: true) else {
            throw ArgumentProblem(
                "the name of a metric expected (letters, digits, '_' and ':', no digit first), got \(value.shown)"
            )
        }
        guard StandardMetrics.help[name] == nil else {
            throw ArgumentProblem("the metric '\(name)' is set by the host for each run; choose another name")
        }
        return name
    }

    static func isName(_ text: String, colons: Bool) -> Bool {
        let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_" + (colons ? ":" : "")
        guard let first = text.first, letters.contains(first) else { return false }
        return text.allSatisfy { letters.contains($0) || $0.isASCII && $0.isNumber }
    }
}

/// The labels of a series.
enum MetricLabels: ParameterKind {
    static var typeName: String { "table" }

    static func read(_ value: LuaValue) throws -> [String: String] {
        guard case .table(let table) = try Fields.read(value) else { return [:] }
        var labels: [String: String] = [:]
        for (key, label) in table.fields {
            let name = key.textForPeople
            guard MetricName.isName(name, colons: false), !name.hasPrefix("__"), name != "workflow" else {
                throw ArgumentProblem(
                    "the label '\(name.printable.prefix(40))': letters, digits and '_' expected, no digit and not '__' first, and not 'workflow', which the host sets"
                )
            }
            labels[name] = String(label.textForPeople.prefix(200))
        }
        guard labels.count <= 20 else { throw ArgumentProblem("at most 20 labels expected") }
        return labels
    }
}

/// A number that is a value of a metric.
enum MetricValue: ParameterKind {
    static var typeName: String { "number" }

    static func read(_ value: LuaValue) throws -> Double {
        switch value {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        case .boolean(let flag): flag ? 1 : 0
        default: throw ArgumentProblem("number expected, got \(value.shown)")
        }
    }
}
