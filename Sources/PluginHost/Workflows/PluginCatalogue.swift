import BackupAPI
public import LuaKit

/// The plugins of a site: what they say of themselves, what is wrong with them, and what scripts get that require them.
public struct PluginCatalogue: Sendable {
    private let folders: ModuleFolders
    private let inspector: ScriptInspector

    /// Makes a catalogue. Files are loaded in `inspector`, in which nothing is done.
    public init(_ folders: ModuleFolders, inspector: ScriptInspector) {
        var inspector = inspector
        // Without a look at their manifests: those that require one another would be looked at for ever.
        inspector.loader.environment.resolveModule = { try folders.source(of: $0).map { RequiredModule($0) } }
        self.folders = folders
        self.inspector = inspector
    }

    /// A plugin's folder.
    public struct Entry: Sendable {
        /// The folder's name.
        public let name: String
        /// What it says of itself; `nil` where it could not be read.
        public let manifest: PluginManifest?
        /// What is wrong with it, a sentence each; empty if all is well.
        public let problems: [String]
        /// Whether scripts can require it, and its hooks are called.
        public let isUsable: Bool

        /// The manifest, where it can be used.
        var usable: PluginManifest? { isUsable ? manifest : nil }
    }

    /// All plugins, by name.
    public func entries() async -> [Entry] {
        var all: [Entry] = []
        for name in folders.pluginNames { all.append(await entry(name)) }
        return all
    }

    /// One plugin; `nil` where there is no folder of that name.
    public func entry(named name: String) async -> Entry? {
        folders.pluginNames.contains(name) ? await entry(name) : nil
    }

    /// The plugins that have hooks, and those that cannot be used, by name; `permissions` returns what one may do that needs
    /// something.
    public func hookPlugins(
        permissions: (PluginManifest) -> Permissions
    ) async -> [HookPlugin] {
        var all: [HookPlugin] = []
        for name in folders.pluginNames {
            let entry = await entry(name)
            guard let manifest = entry.usable, let source = try? folders.pluginSource(name) else {
                let none = LuaSource(name: "plugins/\(name)/plugin.lua", text: "")
                let problem = entry.problems.joined(separator: "; ")
                all.append(
                    HookPlugin(name: name, source: none, permissions: .standard, hooks: [], problem: problem)
                )
                continue
            }
            guard !manifest.hooks.isEmpty else { continue }
            let granted = permissions(manifest)
            all.append(
                HookPlugin(name: name, source: source, permissions: granted, hooks: manifest.hooks)
            )
        }
        return all
    }

    /// The module that a script requires; `nil` where there is none.
    ///
    /// Throws `bad_module` and `bad_manifest` for one that cannot be used.
    public func module(_ name: String) async throws -> RequiredModule? {
        guard let source = try folders.source(of: name) else { return nil }
        let plugin = name.split(separator: ".").first.map(String.init) ?? name
        guard folders.pluginNames.contains(plugin) else { return RequiredModule(source) }
        let manifest = try await manifest(of: plugin)
        if let problem = await unmet(manifest).first {
            throw ModuleUnreadable("the plugin '\(plugin)' cannot be used: \(problem)")
        }
        return RequiredModule(source, needs: manifest.needs)
    }

    private func entry(_ name: String) async -> Entry {
        do {
            let manifest = try await manifest(of: name)
            let unmet = await unmet(manifest)
            let problems = clashes(of: name) + unmet
            return Entry(name: name, manifest: manifest, problems: problems, isUsable: unmet.isEmpty)
        } catch {
            return Entry(
                name: name,
                manifest: nil,
                problems: ["\(error)"] + clashes(of: name),
                isUsable: false
            )
        }
    }

    private func manifest(of name: String) async throws -> PluginManifest {
        guard let source = try folders.pluginSource(name) else {
            throw ModuleUnreadable("there is no 'plugins/\(name)/plugin.lua'")
        }
        return try await inspector.manifest(of: source, folder: name)
    }

    private func clashes(of name: String) -> [String] {
        var problems: [String] = []
        if inspector.modules.contains(where: { $0.name == name }) {
            problems.append("scripts never find it: the host's own module '\(name)' comes first")
        }
        if folders.isInLibrary(name) {
            problems.append("'\(name)' in 'lib' is never found: the plugin comes first")
        }
        return problems
    }

    /// Requirements that the site does not meet.
    private func unmet(_ manifest: PluginManifest) async -> [String] {
        var problems: [String] = []
        for (name, wanted) in manifest.requires.sorted(by: { $0.key < $1.key }) {
            guard folders.pluginNames.contains(name) else {
                problems.append("it requires the plugin '\(name)' \(wanted), which is not there")
                continue
            }
            guard let other = try? await self.manifest(of: name) else {
                problems.append("it requires the plugin '\(name)', which cannot be used")
                continue
            }
            let version = other.version.flatMap(PluginVersion.init)
            let isMet = version.map { VersionPattern(wanted)?.matches($0) == true } ?? (wanted == "x")
            if !isMet {
                problems.append(
                    "it requires the plugin '\(name)' \(wanted), not \(other.version ?? "one without a version")"
                )
            }
        }
        return problems
    }
}

extension ScriptInspector {
    /// What the `plugin.lua` of a plugin says of it, by its path `…/NAME/plugin.lua`. The file is loaded, which does nothing.
    ///
    /// Throws `bad_manifest`, `called_while_loading`, and what the file fails with.
    public func inspect(plugin source: LuaSource, at path: String) async throws -> PluginManifest {
        try await manifest(
            of: source,
            folder: path.split(separator: "/").dropLast().last.map(String.init) ?? ""
        )
    }

    fileprivate func manifest(of source: LuaSource, folder: String) async throws -> PluginManifest {
        let loaded = try await load(source, allowance: 0, admittingHooks: true)
        if let call = loaded.calls.first {
            throw WorkflowError.calledWhileLoading(call.function, script: source.name)
        }
        if let failure = loaded.failure { throw failure }
        guard case .table(let table)? = loaded.values.first else {
            throw WorkflowError(
                .badManifest,
                source.name,
                "the file returns no table",
                fix: "Return a table with the plugin's functions, 'name' and 'api'."
            )
        }
        return try PluginManifest(
            table,
            folder: folder,
            script: source.name,
            hooks: loaded.hooks,
            kinds: loader.ownKinds
        )
    }
}
