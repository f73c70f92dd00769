/// The addresses that mails are sent to and from: `LOCAL@DOMAIN` of ASCII characters that need no quoting (RFC 5322,
/// 3.4.1).
package enum MailAddress {
    /// What is wrong with an address; `nil` when nothing is.
    package static func problem(of address: String) -> String? {
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        let isAddress =
            parts.count == 2 && isDotted(parts[0], extra: "!#$%&'*+-/=?^_`{|}~")
            && isDotted(parts[1], extra: "-")
            && parts[0].utf8.count <= 64 && address.utf8.count <= 254
        return isAddress ? nil : "'\(address.prefix(254).oneLine)' is not an e-mail address"
    }

    private static func isDotted(_ text: Substring, extra: String) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
            !atom.isEmpty
                && atom.unicodeScalars.allSatisfy { scalar in
                    scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
                        || extra.unicodeScalars.contains(scalar)
                }
        }
    }
}

extension StringProtocol {
    /// The text with a space for every control character and line end, so that it cannot make a line of its own.
    package var oneLine: String {
        var line = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: line.append(" ")
            default: line.append(scalar)
            }
        }
        return String(line)
    }
}
