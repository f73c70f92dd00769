public import LuaKit

/// A file with test cases, and what it tests.
public struct TestFile: Hashable, Sendable {
    /// Its source; the name is the path as people know it.
    public var source: LuaSource
    /// The folder whose scripts it names: the one that has its `test` folder, or its own.
    public var base: String
    /// What stands before the names of those scripts in messages; empty, or with a `/` at its end.
    public var shownBase: String
    /// The folder whose `plugins` and `lib` are required from.
    public var site: String
    /// What stands before the names of those files in messages.
    public var shownSite: String
    /// The plugin that it tests; `nil` for none.
    public var plugin: String?

    /// Makes a file.
    public init(
        source: LuaSource,
        base: String,
        shownBase: String,
        site: String,
        shownSite: String,
        plugin: String? = nil
    ) {
        self.source = source
        self.base = base
        self.shownBase = shownBase
        self.site = site
        self.shownSite = shownSite
        self.plugin = plugin
    }
}

/// A test case of a file.
struct TestCase: Sendable {
    let name: String
    /// Whether it is run again and again, and its runs are killed one commit later each time.
    var isKilledEverywhere = false
}
