import BackupAPI
public import LuaKit
import Synchronization

/// Something that a script may be allowed to do, as a manifest asks for it: `fs:read:/srv`, `shell:pg_dump`,
/// `http:https://hooks.example.org`, `secrets:pg/password`, `backup:cleanup`.
public struct Permission: Hashable, Sendable {
    /// What kind of thing: `fs:read`, `shell`, `http`, …
    public let kind: String
    /// On what: a path, a program, an address, a name; `*` for all of the kind.
    public let subject: String

    /// The kinds that a manifest can ask for, in the order in which help shows them, with what each means.
    public static let kinds: [(name: String, summary: String)] = [
        ("backup", "starts, lists, stops, checks or cleans up backups"),
        ("restore", "restores files"),
        ("fs:read", "reads files below a folder"),
        ("fs:write", "writes and removes files below a folder"),
        ("http", "speaks to an address"),
        ("lock", "holds a lock"),
        ("mail", "sends e-mails to an address"),
        ("notify", "sends messages to a target"),
        ("state", "reads and changes what scripts share"),
        ("secrets", "uses a secret"),
        ("shell", "runs a program"),
        ("shell:sh", "runs any text in a shell"),
    ]

    /// Makes a permission.
    public init(_ kind: String, _ subject: String) {
        self.kind = kind
        self.subject = subject
    }

    /// Reads `kind:subject`; `nil` for a text of no known kind or without a subject. `others` are kinds beside ``kinds``, as
    /// modules have them for themselves.
    public init?(_ text: String, others: [String] = []) {
        let known = (Self.kinds.map(\.name) + others).sorted { $0.count > $1.count }
        guard let kind = known.first(where: { text.hasPrefix($0 + ":") || text == $0 }) else { return nil }
        let subject = String(text.dropFirst(kind.count + 1))
        guard !subject.isEmpty || text == "shell:sh" else { return nil }
        guard kind != "shell" || ProgramSubject(subject).isSound else { return nil }
        self.init(kind, subject.isEmpty ? "*" : subject)
    }

    /// The kind and subject of a text, whatever the kind: what stands before the first colon is one that is not known.
    static func parts(of text: String) -> (kind: String, subject: String) {
        let kind = text.prefix { $0 != ":" }
        let permission = Permission(text, others: [String(kind)])
        return permission.map { ($0.kind, $0.subject) } ?? (
            String(kind), String(text.dropFirst(kind.count + 1))
        )
    }

    /// Whether whoever has this permission may do what the other one names.
    ///
    /// A subject that ends in `*` covers all that begin so. A folder covers what lies below it, and an address all of its
    /// paths; a notifier covers its addresses, as `notify:email` does `notify:email:ops@example.com`. A program covers the variables that it names, as in `shell:pg_dump:env=PGHOST,PGPASSWORD`.
    public func covers(_ other: Permission) -> Bool {
        guard kind == other.kind else { return false }
        if subject == "*" { return true }
        if kind == "http" { return WebSubject.covers(subject, other.subject) }
        if kind == "shell" { return ProgramSubject(subject).covers(ProgramSubject(other.subject)) }
        if subject == other.subject { return true }
        if subject.hasSuffix("*") { return other.subject.hasPrefix(subject.dropLast()) }
        if kind == "notify" { return other.subject.hasPrefix(subject + ":") }
        guard ["fs:read", "fs:write"].contains(kind) else { return false }
        return other.subject.hasPrefix(subject.hasSuffix("/") ? subject : subject + "/")
    }
}

extension Permission: CustomStringConvertible {
    /// The permission as a manifest writes it.
    public var description: String { "\(kind):\(subject)" }
}

/// What a host function throws when the script may not do what it asks for.
public struct PermissionDenied: LuaErrorConvertible, CustomStringConvertible {
    /// What is not allowed.
    public let permission: Permission
    /// The script.
    public let script: String

    /// The plugin that the script requires and that needs it; `nil` where the script does.
    let plugin: String?

    /// Makes the refusal of a permission that a script does not have.
    public init(permission: Permission, script: String) {
        self.init(permission: permission, script: script, plugin: nil)
    }

    init(permission: Permission, script: String, plugin: String?) {
        (self.permission, self.script, self.plugin) = (permission, script, plugin)
    }

    /// The message, then the fix.
    public var description: String { "\(message). \(fix)" }
    /// The message, then the fix.
    public var luaMessage: String { description }

    private var message: String {
        plugin.map { plugin in
            "the plugin '\(plugin)' needs the permission '\(permission)', which the script does not have"
        }
            ?? "the script may not do this: it has no permission '\(permission.description.printable)'"
    }
    private var fix: String {
        (plugin == nil ? "Ask for it in the script's 'needs'" : "Add it to the script's 'needs'")
            + ", and grant it with 'moonkeep allow \(script.printable)'."
    }

    /// `code`, `message`, `fix`, `retryable` and, in `data`, the permission.
    public var luaFields: [String: LuaValue] {
        [
            "code": "permission_denied", "message": .string(message), "fix": .string(fix), "retryable": false,
            "data": .record(["permission": .string(permission.description)]),
        ]
    }
}
