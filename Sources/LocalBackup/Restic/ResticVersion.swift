/// A version of restic, as `restic version --json` tells it: as JSON since 0.17, as a line of text before.
package struct ResticVersion: Hashable, Sendable {
    /// The oldest version that works: Debian 12's.
    package static let oldest = ResticVersion(numbers: [0, 14, 0])

    /// Major, minor, patch.
    package let numbers: [Int]

    package init(numbers: [Int]) {
        self.numbers = numbers
    }

    /// Reads restic's answer; `nil` if there is no version in it.
    package init?(output: String) {
        let word: Substring?
        if case .version(let version)? = ResticMessage(line: Array(output.prefix { $0 != "\n" }.utf8)) {
            word = version[...]
        } else {
            let words = output.split(separator: " ", maxSplits: 2)
            word = words.first == "restic" && words.count > 1 ? words[1] : nil
        }
        // A build from source calls itself '0.16.4-dev'.
        let numbers =
            word?.prefix { $0.isNumber || $0 == "." }.split(separator: ".").compactMap { Int($0) } ?? []
        guard numbers.count >= 2 else { return nil }
        self.numbers = numbers
    }
}

extension ResticVersion: Comparable {
    package static func < (left: ResticVersion, right: ResticVersion) -> Bool {
        left.numbers.lexicographicallyPrecedes(right.numbers)
    }
}

extension ResticVersion: CustomStringConvertible {
    package var description: String { numbers.map(String.init).joined(separator: ".") }
}
