/// Paths by their components, compared byte by byte: what lies below what, in time that grows with the paths' own length.
///
/// Two spellings of a letter are two names, as they are for the system. Empty components count as none.
package struct PathTree: Sendable {
    private struct Node: Sendable {
        var children: [[UInt8]: Int] = [:]
        /// The first rule that names exactly this path.
        var rule: Int?
    }

    private var nodes = [Node()]

    /// Makes a tree; of rules with the same path the first counts.
    package init(_ rules: [PathRule] = []) {
        for (index, rule) in rules.enumerated() { _ = insert(rule.path, index) }
    }

    /// Adds a path; returns the rule that had it already, and changes nothing then.
    package mutating func insert(_ path: String, _ rule: Int) -> Int? {
        var node = 0
        for name in Self.components(of: path) {
            if let next = nodes[node].children[name] {
                node = next
            } else {
                nodes.append(Node())
                nodes[node].children[name] = nodes.count - 1
                node = nodes.count - 1
            }
        }
        if let before = nodes[node].rule { return before }
        nodes[node].rule = rule
        return nil
    }

    /// The rule with exactly this path.
    package func rule(at path: String) -> Int? {
        var found: Int?
        walk(path) { found = $1 ? $0.rule : found }
        return found
    }

    /// The outermost rule that has this path strictly below its own.
    package func rule(above path: String) -> Int? {
        var found: Int?
        walk(path) { node, isLast in if !isLast, found == nil { found = node.rule } }
        return found
    }

    /// The rules that name this path or have it below their own, the outermost first.
    package func rules(covering path: String) -> [Int] {
        var found: [Int] = []
        walk(path) { node, _ in if let rule = node.rule { found.append(rule) } }
        return found
    }

    /// Whether a rule names this path or has it below its own.
    package func covers(_ path: String) -> Bool {
        !rules(covering: path).isEmpty
    }

    private func walk(_ path: String, _ visit: (_ node: Node, _ isLast: Bool) -> Void) {
        let components = Self.components(of: path)
        var node = 0
        visit(nodes[node], components.isEmpty)
        for (index, name) in components.enumerated() {
            guard let next = nodes[node].children[name] else { return }
            node = next
            visit(nodes[node], index == components.count - 1)
        }
    }

    private static func components(of path: String) -> [[UInt8]] {
        path.utf8.split(separator: UInt8(ascii: "/")).map(Array.init)
    }
}

extension String {
    /// Whether a path begins at the root, whatever the first name in it begins with.
    package var isAbsolutePath: Bool { utf8.first == UInt8(ascii: "/") }
}
