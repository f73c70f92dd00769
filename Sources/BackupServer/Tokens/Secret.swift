import BackupAPI

/// A random value of 256 bits that is known here by its SHA-256 only.
///
/// So much chance needs no slow hash: there is nothing to guess.
enum Secret {
    /// Random bytes in hexadecimal.
    static func text(of bytes: [UInt8]) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    static func hash(_ secret: String) -> String {
        SHA256.hexDigest(of: Array(secret.utf8))
    }

    /// Whether two hashes are equal, in a time that does not depend on where they differ.
    static func isEqual(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        return zip(left.utf8, right.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Bytes of the system's own generator, which is meant for secrets.
    static func systemBytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
