import ArgumentParser
import BackupAPI
import Foundation
import HostSystem
import LuaKit
import PluginHost

struct AddPlugin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Adds a plugin to the site, from a folder or an archive.",
        discussion: """
            What is added is checked first: nothing of it is run, nothing is granted, and an archive with links, absolute paths or \
            '..' is refused as a whole. Archives are those of tar, packed by gzip or not. A plugin that is there is replaced by \
            one of a higher version; by any other only with --replace.
            """
    )

    @OptionGroup var site: SiteOptions

    @Flag(help: "Replace a plugin that is there, whatever its version is.")
    var replace = false

    @Option(
        help: ArgumentHelp("What it is called, instead of its folder's or archive's name.", valueName: "name")
    )
    var name: String?

    @Argument(help: "The plugin's folder, or an archive of it: .tar, .tar.gz or .tgz.", completion: .file())
    var source: String

    func validate() throws {
        if let name, !PluginFiles.isName(name) {
            throw ValidationError("--name takes up to 60 letters, digits and '_'.")
        }
        if source.isEmpty { throw ValidationError("The path of the plugin is empty.") }
    }

    func run() async throws {
        try await CommandError.naming {
            let site = try site.open()
            let plugin = try PluginFiles(source)
            guard let name = name ?? plugin.name else {
                throw CommandError(
                    "'\(source)' has a name that no plugin can have",
                    fix: "Say with --name what it is called: letters, digits and '_'."
                )
            }
            let before = await site.installed(name)
            let place = try PluginPlace(site, name)
            defer { place.tidy() }
            try place.write(plugin.files)
            let manifest = try await place.manifest()
            try check(manifest, against: before)
            try place.install()
            show(manifest, before, await site.installed(name), in: site)
        }
    }

    private func check(_ manifest: PluginManifest, against before: PluginCatalogue.Entry?) throws {
        guard let before, !replace else { return }
        let old = before.manifest?.version
        guard let old, let new = manifest.version, PluginVersion.isHigher(new, than: old) else {
            let (version, was) = (manifest.version ?? "without a version", old ?? "without a version")
            throw CommandError(
                "the plugin '\(manifest.name)' is there already (\(was)), and this one (\(version)) is no higher version",
                fix: "Nothing was changed; --replace takes this one."
            )
        }
    }

    private func show(
        _ manifest: PluginManifest,
        _ before: PluginCatalogue.Entry?,
        _ after: PluginCatalogue.Entry?,
        in site: Site
    ) {
        let console = Console.standardOutput
        let version = manifest.version.map { " " + $0 } ?? ""
        let old = before.map { " in the place of \($0.manifest?.version ?? "one without a version")" } ?? ""
        let summary = manifest.summary.map { ": " + $0 } ?? ""
        console.writeLine("added \(manifest.name)\(version)\(old)\(summary)".printable)
        if manifest.needs.isEmpty {
            console.writeLine("\nIt asks for no permissions.")
        } else {
            let had = before?.manifest?.needs ?? []
            console.writeLine("\nIt asks for permissions, of which nothing is granted by this:")
            let new = had.isEmpty ? [] : manifest.needs.filter { !had.contains($0) }
            for line in PermissionPrompt.lines(manifest.needs, marking: new) {
                console.writeLine(line.printable)
            }
        }
        if !manifest.settings.isEmpty {
            console.writeLine("\nIts settings, under 'plugins: {\(manifest.name): …}' in \(Site.fileName):")
            for line in WorkflowArgument.lines(ofSettings: manifest.settings) {
                console.writeLine(line.printable)
            }
        }
        for problem in after?.problems ?? [] { console.writeLine("\n\(manifest.name): \(problem)".printable) }
        guard !site.missingGrants(of: manifest).isEmpty else { return }
        console.writeLine("\nNext: moonkeep allow plugins/\(manifest.name)/plugin.lua")
    }
}

extension Site {
    /// The plugin of a name as it is now; `nil` where there is none.
    fileprivate func installed(_ name: String) async -> PluginCatalogue.Entry? {
        await (try? plugins())?.entry(named: name)
    }
}

/// Where a plugin is written and looked at before it is the site's: a hidden folder beside the others, which nothing finds.
private struct PluginPlace {
    private let site: Site
    private let name: String
    private let folder: String

    init(_ site: Site, _ name: String) throws {
        (self.site, self.name) = (site, name)
        folder = site.path("plugins/.adding-\(UUID().uuidString)")
        try naming {
            try FileManager.default.createDirectory(atPath: plugin, withIntermediateDirectories: true)
        }
    }

    private var plugin: String { "\(folder)/plugins/\(name)" }

    func write(_ files: [TarReader.File]) throws {
        for file in files {
            let path = plugin + "/" + file.path
            try naming {
                try FileManager.default.createDirectory(
                    atPath: path.folderName,
                    withIntermediateDirectories: true
                )
                try Data(file.bytes).write(to: URL(filePath: path), options: .withoutOverwriting)
            }
        }
    }

    /// What it says of itself. It is loaded, which does nothing; what it requires it finds in itself and in the site.
    func manifest() async throws -> PluginManifest {
        let (own, others) = (ModuleFolders(folder: folder), ModuleFolders(folder: site.folder))
        guard let source = try own.pluginSource(name) else {
            throw CommandError("the plugin '\(name)' has no 'plugin.lua'")
        }
        let inspector = try Site.makeInspector(of: site) { module in
            try own.source(of: module) ?? others.source(of: module)
        }
        return try await inspector.inspect(plugin: source, at: "plugins/\(name)/plugin.lua")
    }

    /// Puts it in the place of the one that was there.
    func install() throws {
        let (place, old) = (site.path("plugins/\(name)"), folder + "/old")
        try naming {
            let isThere = FileManager.default.fileExists(atPath: place)
            if isThere { try FileManager.default.moveItem(atPath: place, toPath: old) }
            do {
                try FileManager.default.moveItem(atPath: plugin, toPath: place)
            } catch {
                if isThere { try? FileManager.default.moveItem(atPath: old, toPath: place) }
                throw error
            }
        }
    }

    func tidy() { try? FileManager.default.removeItem(atPath: folder) }

    private func naming(_ work: () throws -> Void) throws {
        do { try work() } catch {
            throw CommandError(
                "the plugin could not be written to '\(site.path("plugins"))': \(error.localizedDescription)",
                fix: "Check the folder's permissions and free space.",
                status: ExitStatus.failed
            )
        }
    }
}
