package import Subprocess

extension Executable {
    /// The program at a path.
    package static func file(_ path: String) -> Executable {
        .path(filePath(path))
    }
}

extension Configuration {
    /// Begins the program in a folder.
    package mutating func begin(in folder: String) {
        workingDirectory = filePath(folder)
    }
}

extension TerminationStatus {
    /// The code that a program chose; `nil` when a signal ended it: then it has answered nothing.
    package var exitCode: Int? {
        switch self {
        case .exited(let code): Int(code)
        case .signaled: nil
        }
    }
}

extension Environment {
    /// Exactly these variables, nothing of the host's own.
    package static func restricted(to variables: [String: String]) -> Environment {
        var custom: [Key: String] = [:]
        for (name, value) in variables {
            if let key = Key(rawValue: name) { custom[key] = value }
        }
        return .custom(custom)
    }
}

/// Subprocess takes a `FilePath` of swift-system, which this package does not import for two initialisers.
private func filePath<Path: ExpressibleByStringLiteral>(_ path: String) -> Path
where Path.StringLiteralType == String {
    Path(stringLiteral: path)
}
