import BackupAPI

/// What several bodies of the contract have.
extension ObjectReader {
    /// A list of path rules that must be there.
    mutating func rules(_ key: String) -> [PathRule]? {
        list(key, Self.readRule)
    }

    static func readRule(_ fields: inout ObjectReader) -> PathRule? {
        let type = fields.string("type")
        let path = fields.string("path")
        guard let type, let path else { return nil }
        guard let kind = PathRule.Kind(rawValue: type) else {
            fields.note("type: '\(type)' is neither file nor folder")
            return nil
        }
        return PathRule(type: kind, path: path)
    }

    /// Reads the state of a start, which must be asked for by a user (contract 2.3.1).
    mutating func readStartState() {
        guard let state = string("state"), state != "start_requested" else { return }
        if state == "start_scheduled" {
            note("state: the service makes its scheduled starts itself; use start_requested")
        } else {
            note("state: '\(state)' starts nothing; use start_requested")
        }
    }

    /// Reads the password of a vault, which must not be there: no vault here has one that a client knows.
    mutating func readNoPassword() {
        if let password = optionalString("encrypted_password_hex"), !password.isEmpty {
            note("encrypted_password_hex: the vault is not encrypted for clients; use null")
        }
    }
}
