import Testing
import Yams

@testable import moonkeep

/// The keys of the site file: what the reader accepts is what help shows.
@Suite struct SiteKeysTests {
    /// A key with the keys that lead to it.
    struct Place: CustomTestStringConvertible {
        let path: [SiteKey]
        let key: SiteKey

        var testDescription: String { (path + [key]).map(\.name).joined(separator: ".") }

        static func all(in keys: SiteKeys, below path: [SiteKey] = []) -> [Place] {
            keys.all.flatMap { key in
                [Place(path: path, key: key)] + (key.keys.map { all(in: $0, below: path + [key]) } ?? [])
            }
        }

        static let all = all(in: SiteFile.keys)
    }

    /// What has to be there with a key, and what must not.
    private static let companions: [String: String] = [
        "cloud": "{service: cloud, cloud: {url: \"https://h/v2\", token_file: token}}",
        "cloud.region": "{service: cloud, cloud: {token_file: token}}",
        "cloud.user": "{service: cloud, cloud: {url: \"https://h/v2\", api_key_file: key}}",
        "cloud.api_key_file": "{service: cloud, cloud: {url: \"https://h/v2\", user: u}}",
        "server.certificate": "{server: {key: k}}",
        "server.key": "{server: {certificate: c}}",
        "smtp.user": "{smtp: {host: h, from: a@b, password_file: p}}",
        "smtp.password_file": "{smtp: {host: h, from: a@b, user: u}}",
        "configurations.notifications":
            "{smtp: {host: h, from: a@b}, configurations: [{name: a, inclusions: [/a]}]}",
        "configurations.exclusions": "{configurations: [{name: a, inclusions: [/srv]}]}",
    ]

    private static func base(of place: Place) -> String {
        let name = place.testDescription
        let found = companions.filter { name == $0.key || name.hasPrefix($0.key + ".") }
        return found.max { $0.key.count < $1.key.count }?.value ?? "{}"
    }

    @Test(arguments: Place.all)
    func `what help says of a key has a type, a sentence, and an example that can be read`(place: Place)
        throws
    {
        let key = place.key
        #expect(!key.type.isEmpty)
        #expect(key.summary.hasSuffix("."))
        #expect(key.fallback?.isEmpty != true)
        #expect(key.fallback?.hasSuffix(".") != true)
        let base = try #require(try Yams.compose(yaml: Self.base(of: place)))
        let example = try #require(try Yams.compose(yaml: key.example))
        let whole = try Self.put(example, at: place.path + [key], into: base)
        let text = try Yams.serialize(node: whole)
        #expect(throws: Never.self, "\(text)") {
            try SiteFile(text: text, path: "/s/moonkeep.yaml", folder: "/s")
        }
    }

    /// A node with a value at a path; what leads there has the examples of its keys where it is not there yet.
    private static func put(_ value: Node, at path: [SiteKey], into node: Node) throws -> Node {
        guard let key = path.first else { return value }
        guard var mapping = node.mapping else { return try put(value, at: path, into: Node([:])) }
        let inner: Node
        if path.count == 1 {
            inner = value
        } else {
            let before = try mapping[Node(key.name)] ?? Yams.compose(yaml: key.example) ?? Node([:])
            if let list = before.sequence {
                let first = try list.first.map { $0 } ?? Node([:])
                inner = Node([try put(value, at: Array(path.dropFirst()), into: completed(first, path[0]))])
            } else if before.scalar != nil, path[0].name == "retention" {
                inner = try put(value, at: Array(path.dropFirst()), into: Node([:]))
            } else {
                inner = try put(value, at: Array(path.dropFirst()), into: before)
            }
        }
        mapping[Node(key.name)] = inner
        return .mapping(mapping)
    }

    /// An entry of a list of paths, which may be a text, as a table.
    private static func completed(_ entry: Node, _ key: SiteKey) throws -> Node {
        guard entry.mapping == nil, key.keys?.names == SiteFile.pathKeys.names else { return entry }
        return try #require(try Yams.compose(yaml: "{type: folder, path: /srv/web}"))
    }

    @Test func `help shows each key of the site file`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("help", "moonkeep.yaml")
            #expect(ended.exitCode == 0)
            let lines = ended.output.split(separator: "\n").map { $0.drop { $0 == " " } }
            for place in Place.all {
                #expect(lines.contains { $0.hasPrefix(place.key.name + " ") }, "\(place.testDescription)")
            }
            let port = lines.first { $0.hasPrefix("port ") }.map { $0.split(separator: "  ") } ?? []
            #expect(
                port.map { $0.trimmingPrefix { $0 == " " } } == [
                    "port", "whole number",
                    "The port, 0 to 65535; 0 lets the system choose one. Default: 8080. Example: port: 8081",
                ]
            )
        }
    }

    @Test func `help shows one key with its own ones`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("help", "moonkeep.yaml", "metrics")
            #expect(
                ended
                    == Ended(
                        exitCode: 0,
                        output: """
                            moonkeep.yaml metrics

                            Where figures for Prometheus are written. Default: nowhere.

                            It is: keys and values.

                            Example:
                              metrics: {textfile: /var/lib/prometheus/node-exporter}

                            Keys:
                              textfile  path  A folder that Prometheus' textfile collector reads: a file for each script, \
                            written when a run ends. Required. Example: textfile: /var/lib/prometheus/node-exporter

                            """,
                        error: ""
                    )
            )
            for words in [["server", "port"], ["server.port"]] {
                let port = try await site.start(["help", "moonkeep.yaml"] + words).end()
                #expect(port.output.contains("\nExample:\n  port: 8081\n"))
            }
        }
    }

    @Test(
        arguments: [
            (["smpt"], "'smpt' is no key of a site. Did you mean 'smtp'?"),
            (["server", "prot"], "'prot' is no key of 'server'. Did you mean 'port'?"),
            (["parallel", "x"], "'parallel' has no keys of its own: it is a whole number"),
        ]
    )
    func `what is no key is named`(words: [String], message: String) async throws {
        try await withSite { site in
            let ended = try await site.start(["help", "moonkeep.yaml"] + words).end()
            #expect(ended == Ended(exitCode: 2, output: "", error: "moonkeep: \(message)\n"))
        }
    }
}
