import BackupAPI

extension FunctionNeed {
    /// What a call needs: `nil` where nothing is needed or nothing is known, `.some(nil)` where it is not known on what.
    func permission(_ arguments: [ScriptLiteral]) -> Permission?? {
        func text(_ index: Int) -> String? { index < arguments.count ? arguments[index].text : nil }
        let (kind, fixed) = Permission.parts(of: self.text)
        switch subject {
        case .unknown: return nil
        case .fixed: return Permission(kind, fixed)
        case .text(let index): return .some(text(index).map { Permission(kind, $0) })
        case .address(let index): return .some(text(index).flatMap(Self.origin).map { Permission(kind, $0) })
        case .program(let index):
            let program = index < arguments.count ? arguments[index].firstText : nil
            return .some(program.map { $0 == "sh" ? Permission("shell:sh", "*") : Permission(kind, $0) })
        case .beginning(let index, let prefix):
            guard let text = text(index) else { return .some(nil) }
            return text.hasPrefix(prefix) ? Permission(kind, fixed) : nil
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
}

extension Function {
    /// What a call needs, with the kind; `nil` where it is not known on what.
    func permissions(of call: ScriptCall) -> [(kind: String, permission: Permission?)] {
        needs.compactMap { need in
            need.permission(call.arguments).map { (Permission.parts(of: need.text).kind, $0) }
        }
    }
}
