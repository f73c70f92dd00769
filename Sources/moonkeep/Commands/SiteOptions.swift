import ArgumentParser

/// The options of every command that needs a site.
struct SiteOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The site's folder, instead of the nearest one upwards.", valueName: "folder"))
    var site: String?

    func open() throws -> Site { try Site.find(site) }
}
