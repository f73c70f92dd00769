import BackupAPI
import Testing

struct PathRuleTests {
    private func folders(_ paths: String...) -> [PathRule] {
        paths.map { PathRule(type: .folder, path: $0) }
    }

    @Test func `paths that keep the rules have no problems`() {
        let problems = PathRule.problems(
            inclusions: folders("/data/", "/database/") + [PathRule(type: .file, path: "/conf/app.conf")],
            exclusions: folders("/data/cache/", "/database/tmp") + [
                PathRule(type: .file, path: "/data/cache.jpg")
            ]
        )
        #expect(problems == [])
    }

    @Test func `the root contains everything else`() {
        #expect(PathRule.problems(inclusions: folders("/"), exclusions: folders("/proc/")) == [])
        #expect(
            PathRule.problems(inclusions: folders("/", "/etc"), exclusions: [])
                == ["inclusions: '/etc' lies below '/'"]
        )
    }

    @Test func `something must be included`() {
        #expect(
            PathRule.problems(inclusions: [], exclusions: []) == ["inclusions: at least one path is needed"]
        )
    }

    @Test func `paths are absolute`() {
        #expect(
            PathRule.problems(inclusions: folders("data"), exclusions: []) == ["path 'data' is not absolute"]
        )
    }

    @Test func `a path is there once, with or without a separator at its end`() {
        #expect(
            PathRule.problems(
                inclusions: folders("/data", "/data/"),
                exclusions: folders("/data/a", "/data/a")
            ) == [
                "inclusions: '/data/' is there twice", "exclusions: '/data/a' is there twice",
            ]
        )
    }

    @Test func `paths of one list do not lie below each other`() {
        #expect(
            PathRule.problems(inclusions: folders("/a/b", "/a"), exclusions: folders("/a/c", "/a/c/d/")) == [
                "inclusions: '/a/b' lies below '/a'", "exclusions: '/a/c/d/' lies below '/a/c'",
            ]
        )
    }

    @Test func `a path is not both included and excluded`() {
        #expect(
            PathRule.problems(inclusions: folders("/data/"), exclusions: folders("/data"))
                == ["path '/data/' is both included and excluded"]
        )
    }

    @Test func `an inclusion does not lie below an exclusion`() {
        #expect(
            PathRule.problems(inclusions: folders("/data/keep", "/"), exclusions: folders("/data")) == [
                "inclusions: '/data/keep' lies below '/'",
                "inclusion '/data/keep' lies below the exclusion '/data'",
            ]
        )
    }

    @Test func `an exclusion lies below an inclusion`() {
        #expect(
            PathRule.problems(inclusions: folders("/data"), exclusions: folders("/database"))
                == ["exclusion '/database' lies below no inclusion"]
        )
    }
}
