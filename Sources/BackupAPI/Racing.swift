/// Does some work until something else ends first: then the work is cancelled, and `nil` is returned. Throws what either throws.
package func racing<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value,
    against end: @escaping @Sendable () async throws -> Void
) async throws -> Value? {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await end()
            return nil
        }
        defer { group.cancelAll() }
        return try await group.next() ?? nil
    }
}
