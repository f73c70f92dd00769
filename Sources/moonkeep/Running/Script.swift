import ArgumentParser
import BackupAPI
import Foundation
import LuaKit
import PluginHost
import RunJournal

/// A script on disk as the commands take it: its source, and what it is.
struct Script {
    let source: LuaSource
    let kind: ScriptKind
    /// The absolute path without symbolic links: what grants are kept by.
    let path: String
    /// What a plugin's file asks for; `nil` for all else.
    private let plugin: PluginManifest?

    /// Reads a script and loads it, which does nothing. It is looked for from the current folder, then from the site's.
    init(file: String, in site: Site) async throws {
        let inspector = try Site.makeInspector(of: site)
        let file = site.scriptPath(file)
        var source = try ScriptFile.read(file)
        source.name = site.scriptName(file)
        self.source = source
        kind = try await inspector.inspect(source)
        path = Self.path(of: file)
        plugin = file.hasSuffix("plugin.lua") ? try await inspector.inspect(plugin: source, at: path) : nil
    }

    static func path(of file: String) -> String {
        URL(filePath: file).resolvingSymlinksInPath().standardizedFileURL.path
    }

    /// What it is allowed to ask for and asks for, beyond what every script may do.
    var wants: [Permission] {
        if let plugin { return plugin.needs.filter { !Permissions.standard.allow($0) } }
        return if case .workflow(let manifest) = kind { manifest.wants } else { [] }
    }

    /// The help of a script whose words ask for it; `nil` where they do not. Throws why a workflow cannot be loaded.
    func help(_ words: [String], in site: Site) async throws -> String? {
        let words = words.prefix { $0 != "--" }
        guard words.contains("--help") || words.contains("-h") else { return nil }
        if case .workflow(let manifest) = kind { return manifest.helpText }
        _ = try await Site.makeInspector(of: site).workflow(source)
        return """
            USAGE: moonkeep run \(source.name.printable)

            '\(source.name.printable)' is a plain script and says of no arguments that it takes them; it was not run. Words \
            after it are in 'run.args'. 'moonkeep help manifest' shows how a script says what it takes.
            """
    }

    /// The arguments in the words of the command line: by the manifest, or free ones.
    func arguments(_ words: [String]) throws -> LuaValue {
        switch kind {
        case .script: try ScriptArguments(words).value
        case .workflow(let manifest): try manifest.arguments(from: words)
        }
    }
}

extension Site {
    fileprivate func scriptPath(_ file: String) -> String {
        let files = FileManager.default
        let isElsewhere = !file.isEmpty && !files.fileExists(atPath: file)
        return isElsewhere && files.fileExists(atPath: path(file)) ? path(file) : file
    }

    /// What a script is called in messages, in the journal and in what is kept for it: its path from the site's folder if it
    /// is beneath, from wherever it is run; else the path as it was given.
    fileprivate func scriptName(_ file: String) -> String {
        let (path, root) = (Script.path(of: file), Script.path(of: folder) + "/")
        return path.hasPrefix(root) ? String(path.dropFirst(root.count)) : file
    }

    /// What loads files, and says what they are. Without a site they find no modules of their own.
    static func makeInspector(
        of site: Site?,
        finding find: (@Sendable (String) throws -> LuaSource?)? = nil
    ) throws -> ScriptInspector {
        let folders = site.map { ModuleFolders(folder: $0.folder) }
        let find = find ?? { try folders?.source(of: $0) }
        var environment = HostEnvironment(
            now: Clocks.now,
            makeID: RunID.make,
            owner: .current(),
            resolveModule: { try find($0).map { RequiredModule($0) } },
            modulePlaces: folders?.places
        )
        environment.pluginSettings = site?.settings(ofPlugin:)
        return ScriptInspector(
            executor: try site?.lua.executor() ?? LuaExecutor(),
            environment: environment,
            modules: Library.allModules(of: site)
        )
    }

    /// The site's plugins.
    func plugins() throws -> PluginCatalogue {
        PluginCatalogue(ModuleFolders(folder: folder), inspector: try Self.makeInspector(of: self))
    }

    /// What people have granted to the site's scripts.
    var grants: GrantFile { GrantFile(path: stateFolder + "/grants.json") }
}
