import BackupAPI
import LuaKit
import RunJournal

/// What the journal keeps with the intent of a start: enough to find out later what has become of it.
struct StartMark: Codable, Sendable {
    let request: StartRequest
    let watermark: String

    init(request: StartRequest, watermark: String) {
        self.request = request
        self.watermark = watermark
    }

    /// Reads the mark of a recorded start. Throws `corrupted` where it has none.
    init(of step: StepRecord) throws(JournalError) {
        do {
            self = try LuaDecoder.decode(StartMark.self, from: try JSONReader.read(step.watermark ?? ""))
        } catch {
            throw JournalError(
                .corrupted,
                "the journal does not say what step '\(step.key)' was about to start",
                cause: error
            )
        }
    }
}
