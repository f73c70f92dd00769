import PluginHost

extension RunContext {
    /// Throws `permission_denied` unless the run has the permission, in a plan too: it reads what it may read.
    func demand(_ permission: Permission) throws {
        guard permissions.allow(permission) else {
            throw PermissionDenied(permission: permission, script: script)
        }
    }
}
