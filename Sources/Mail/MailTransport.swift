/// What brings a mail to its server.
package protocol MailTransport: Sendable {
    /// Returns when the server has accepted the mail. Throws ``MailFailure``, or `CancellationError`.
    func send(_ message: MailMessage) async throws
}

/// Why a mail was not accepted. Its words hold no secrets.
package struct MailFailure: Error, Equatable, Sendable {
    /// What failed, then what to do.
    package var reason: String
    /// Whether the server will not take the mail for this address, however often it is asked.
    package var isFinal: Bool

    package init(_ reason: String, isFinal: Bool = false) {
        self.reason = reason
        self.isFinal = isFinal
    }
}
