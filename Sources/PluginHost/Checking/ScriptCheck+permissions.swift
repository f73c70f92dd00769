extension ScriptCheck {
    /// The functions of which it is known what they need to be allowed.
    package static var functionsWithPermissions: [String] { PermissionUse.functions }

    /// Calls that will be refused: what they need is not asked for. Each permission is told once.
    func refusals(_ calls: ScriptCalls, in script: String, as role: ScriptRole) -> [ScriptFinding] {
        let needs: [Permission]
        switch role {
        case .script where !calls.hasReturn: needs = []
        case .asking(let asked): needs = asked
        case .script, .part: return []
        }
        let allowed = Permissions(Permissions.standard.granted.union(needs))
        var told: Set<Permission> = []
        return calls.calls.flatMap { call in
            PermissionUse.permissions(of: call).compactMap { _, permission -> ScriptFinding? in
                guard let permission, !allowed.allow(permission), told.insert(permission).inserted else {
                    return nil
                }
                return ScriptFinding(script, line: call.line, refusal(call.name, permission, role))
            }
        }
    }

    private func refusal(_ call: String, _ permission: Permission, _ role: ScriptRole) -> String {
        let what = "'\(call)' needs the permission '\(permission)', which"
        return role == .script
            ? "\(what) only workflows can ask for; return a table with 'needs' and 'run'"
            : "\(what) 'needs' does not ask for"
    }

    /// Permissions that are asked for and that no call needs, as far as all calls are known.
    func unusedPermissions(
        _ calls: ScriptCalls,
        _ places: ManifestPlaces,
        in script: String,
        as role: ScriptRole
    ) -> [ScriptFinding] {
        // What is required may be what needs it.
        guard case .asking(let needs) = role, !calls.requiresOthers else { return [] }
        return needs.enumerated().compactMap { index, need in
            guard !calls.mayUse(need) else { return nil }
            return ScriptFinding(
                script,
                line: places.line(of: "needs[\(index + 1)]"),
                "the permission '\(need)' is asked for and not used",
                kind: .note
            )
        }
    }
}

extension ScriptCalls {
    /// Whether a permission is used, or may be: a function that may need it is handed over, or gets what only a run knows.
    fileprivate func mayUse(_ need: Permission) -> Bool {
        let modules = Self.modules(using: need.kind)
        let isMentioned = mentions.contains { mention in
            let module = mention.prefix { $0 != "." }
            return modules.contains(String(module))
        }
        return isMentioned
            || calls.contains { call in
                guard modules.contains(call.module) else { return false }
                // What no table says of a function may be in its options.
                guard Self.isPlain(need.kind), call.module == modules.first else { return true }
                return PermissionUse.permissions(of: call).contains { kind, permission in
                    guard let permission else { return need.kind.hasPrefix(kind) }
                    return need.covers(permission) || permission.covers(need)
                }
            }
    }

    /// The modules whose functions may need a permission of a kind; first the one that it is for.
    private static func modules(using kind: String) -> [String] {
        switch kind {
        case "fs:read", "fs:write": ["fs", "shell", "http", "restore"]
        case "shell:sh": ["shell"]
        default: [kind]
        }
    }

    /// Whether the functions that need a permission of a kind are all known, with what they need it for.
    private static func isPlain(_ kind: String) -> Bool {
        ["fs:read", "fs:write", "http", "mail", "notify", "secrets", "shell", "shell:sh"].contains(kind)
    }
}
