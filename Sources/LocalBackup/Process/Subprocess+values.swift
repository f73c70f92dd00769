import Subprocess

extension Executable {
    /// The program at a path.
    static func file(_ path: String) -> Executable {
        .path(text(path))
    }

    /// Subprocess takes a `FilePath` of swift-system, which this package does not import for one initialiser.
    private static func text<Path: ExpressibleByStringLiteral>(_ path: String) -> Path
    where Path.StringLiteralType == String {
        Path(stringLiteral: path)
    }
}

extension TerminationStatus {
    /// The code that a program chose; `nil` when a signal ended it: then it has answered nothing.
    var exitCode: Int? {
        switch self {
        case .exited(let code): Int(code)
        case .signaled: nil
        }
    }
}

extension Environment {
    /// Exactly these variables, nothing of the host's own.
    static func restricted(to variables: [String: String]) -> Environment {
        var custom: [Key: String] = [:]
        for (name, value) in variables {
            if let key = Key(rawValue: name) { custom[key] = value }
        }
        return .custom(custom)
    }
}
