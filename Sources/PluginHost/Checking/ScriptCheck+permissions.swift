extension ScriptCheck {
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
            (function(call)?.permissions(of: call) ?? []).compactMap { _, permission -> ScriptFinding? in
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
            guard !mayUse(need, calls) else { return nil }
            return ScriptFinding(
                script,
                line: places.line(of: "needs[\(index + 1)]"),
                "the permission '\(need)' is asked for and not used",
                kind: .note
            )
        }
    }

    /// Whether a permission is used, or may be: a function that may need it is handed over, or gets what only a run knows.
    private func mayUse(_ need: Permission, _ calls: ScriptCalls) -> Bool {
        let using = modules(using: need.kind)
        let isMentioned = calls.mentions.contains { mention in
            using.contains(String(mention.prefix { $0 != "." }))
        }
        return isMentioned
            || calls.calls.contains { call in
                guard using.contains(call.module) else { return false }
                // What is not said of a function may be in its options.
                guard Self.isPlain(need.kind), call.module == using.first else { return true }
                return (function(call)?.permissions(of: call) ?? []).contains { kind, permission in
                    guard let permission else { return need.kind.hasPrefix(kind) }
                    return need.covers(permission) || permission.covers(need)
                }
            }
    }

    /// The modules whose functions may need a permission of a kind; first the one that it is for.
    private func modules(using kind: String) -> [String] {
        let described = modules.filter { module in
            module.functions.contains { $0.needs.contains { Permission.parts(of: $0.text).kind == kind } }
        }.map(\.name)
        // Options of other modules' functions name files too.
        return described + (kind.hasPrefix("fs:") ? ["shell", "http", "restore"] : [])
    }

    /// Whether the functions that need a permission of a kind are all known, with what they need it for.
    private static func isPlain(_ kind: String) -> Bool {
        ["fs:read", "fs:write", "http", "mail", "notify", "secrets", "shell", "shell:sh"].contains(kind)
    }
}
