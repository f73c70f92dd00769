import BackupAPI
import Testing

@Suite struct PathTreeTests {
    private func rules(_ paths: String...) -> [PathRule] {
        paths.map { PathRule(type: .folder, path: $0) }
    }

    @Test func `a path lies below another by its components, not by its letters`() {
        let tree = PathTree(rules("/srv/a", "/srv/a/b/c"))
        #expect(tree.rules(covering: "/srv/a/b/c/d") == [0, 1])
        #expect(tree.rules(covering: "/srv/a") == [0])
        #expect(tree.rules(covering: "/srv/ab").isEmpty)
        #expect(tree.rule(above: "/srv/a") == nil)
        #expect(tree.rule(above: "/srv/a/b") == 0)
        #expect(tree.rule(at: "/srv//a/") == 0)
    }

    @Test func `the root is above everything but itself`() {
        let tree = PathTree(rules("/"))
        #expect(tree.rule(above: "/x") == 0)
        #expect(tree.rule(above: "/") == nil)
        #expect(tree.covers("/"))
    }

    @Test func `two spellings of a letter are two names, and a mark at the beginning is one`() {
        let problems = PathRule.problems(
            inclusions: rules("/caf\u{e9}", "/cafe\u{301}", "/m"),
            exclusions: rules("/m/\u{301}mark")
        )
        #expect(problems.isEmpty)
        #expect(rules("/caf\u{e9}") != rules("/cafe\u{301}"))
        #expect(
            PathRule.problems(inclusions: rules("/caf\u{e9}"), exclusions: rules("/cafe\u{301}/x"))
                == ["exclusion '/cafe\u{301}/x' lies below no inclusion"]
        )
    }

    @Test(.timeLimit(.minutes(1))) func `many rules are checked in time that grows with their length`() {
        let many = (0..<20_000).map { PathRule(type: .folder, path: "/srv/data/\($0)/\($0)") }
        let out = (0..<20_000).map { PathRule(type: .folder, path: "/srv/data/\($0)/\($0)/x") }
        #expect(PathRule.problems(inclusions: many, exclusions: out).isEmpty)
    }
}
