import BackupAPI

/// What a call of a host function needs to be allowed, by the function's name and its arguments.
struct PermissionUse {
    /// What the permission is about.
    private enum Subject {
        case fixed(String)
        /// The text of an argument.
        case text(Int)
        /// The server in an address.
        case address(Int)
        /// The first element of a list: a program.
        case program(Int)
        /// Only where the text begins so; the rest needs nothing.
        case prefix(Int, String, String)
    }

    private let kind: String
    private let subject: Subject

    private init(_ kind: String, _ subject: Subject) {
        self.kind = kind
        self.subject = subject
    }

    /// What a call needs; `.some(nil)` in the list for a permission whose subject only the run knows.
    static func permissions(of call: ScriptCall) -> [(kind: String, permission: Permission?)] {
        (all[call.name] ?? []).compactMap { use in
            use.permission(call.arguments).map { (use.kind, $0) }
        }
    }

    /// The functions that need a permission.
    static var functions: [String] { all.keys.sorted() }

    /// `nil` where nothing is needed, `.some(nil)` where it is not known what.
    private func permission(_ arguments: [ScriptLiteral]) -> Permission?? {
        func argument(_ index: Int) -> ScriptLiteral { index < arguments.count ? arguments[index] : .other }
        switch subject {
        case .fixed(let subject): return Permission(kind, subject)
        case .text(let index):
            let text = argument(index).text
            return .some(text.map { Permission(kind, $0) })
        case .address(let index):
            return .some(argument(index).text.flatMap(Self.origin).map { Permission(kind, $0) })
        case .program(let index):
            return .some(
                argument(index).firstText.map {
                    $0 == "sh" ? Permission("shell:sh", "*") : Permission(kind, $0)
                }
            )
        case .prefix(let index, let prefix, let subject):
            guard let text = argument(index).text else { return .some(nil) }
            return text.hasPrefix(prefix) ? Permission(kind, subject) : nil
        }
    }

    /// The scheme, host and port of an address; `nil` for what is none.
    private static func origin(_ address: String) -> String? {
        let lower = address.lowercased()
        guard let scheme = ["https://", "http://"].first(where: { lower.hasPrefix($0) }) else { return nil }
        let authority = lower.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
        let standard = scheme == "https://" ? ":443" : ":80"
        let host = authority.hasSuffix(standard) ? authority.dropLast(standard.count) : authority
        return host.isEmpty ? nil : scheme + host
    }

    private static let all: [String: [PermissionUse]] = {
        var all: [String: [PermissionUse]] = [
            "backup.check": [PermissionUse("backup", .fixed("check"))],
            "backup.cleanup": [PermissionUse("backup", .fixed("cleanup"))],
            "backup.stop": [PermissionUse("backup", .fixed("stop"))],
            "fs.rename": [PermissionUse("fs:write", .text(0)), PermissionUse("fs:write", .text(1))],
            "fs.copy": [PermissionUse("fs:read", .text(0)), PermissionUse("fs:write", .text(1))],
            "http.request": [PermissionUse("http", .address(1))],
            "mail.send": [PermissionUse("mail", .text(0))],
            "notify.send": [PermissionUse("notify", .text(0))],
            "secrets.get": [PermissionUse("secrets", .text(0))],
            "shell.run": [PermissionUse("shell", .program(0))],
            "shell.sh": [PermissionUse("shell:sh", .fixed("*"))],
        ]
        for name in ["start", "run"] {
            all["backup." + name] = [PermissionUse("backup", .fixed("start"))]
        }
        for name in ["list", "latest", "configurations", "configuration"] {
            all["backup." + name] = [PermissionUse("backup", .fixed("list"))]
        }
        for name in ["with", "acquire"] {
            all["lock." + name] = [PermissionUse("lock", .text(0))]
        }
        for name in ["read", "list", "stat", "exists", "hash", "free"] {
            all["fs." + name] = [PermissionUse("fs:read", .text(0))]
        }
        for name in ["write", "append", "mkdir", "remove"] {
            all["fs." + name] = [PermissionUse("fs:write", .text(0))]
        }
        for name in ["get", "post", "put", "patch", "delete"] {
            all["http." + name] = [PermissionUse("http", .address(0))]
        }
        for name in ["start", "run", "stop", "test"] {
            all["restore." + name] = [PermissionUse("restore", .fixed("start"))]
        }
        for name in ["get", "set", "compare_and_set", "delete", "list"] {
            all["state." + name] = [PermissionUse("state", .prefix(0, "shared/", "shared"))]
        }
        return all
    }()
}
