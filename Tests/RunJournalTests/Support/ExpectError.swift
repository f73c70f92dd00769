import RunJournal
import Testing

/// Expects a `JournalError` with this code and this whole description.
func expectError(
    _ code: JournalError.Code,
    _ description: String,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ work: () async throws -> Void
) async {
    let error = await #expect(throws: JournalError.self, sourceLocation: sourceLocation) { try await work() }
    #expect(error?.code == code, sourceLocation: sourceLocation)
    #expect(error?.description == description, sourceLocation: sourceLocation)
}
