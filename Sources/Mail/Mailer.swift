public import BackupAPI

/// Sends mails of others than the service through a mail server, one at a time and at once.
public struct Mailer: Sendable {
    private let transport: any MailTransport
    private let from: String

    /// Makes a mailer; `folder` is where a mail lies while it is sent. Throws `invalid_configuration` with what is wrong with
    /// the settings.
    public init(_ settings: MailSettings, folder: String) throws {
        transport = try CurlTransport(settings, folder: folder)
        from = settings.from
    }

    /// Returns when the server has accepted the mail, whose `Message-ID` is made of the key alone.
    ///
    /// Throws `invalid_request` for what the server will never take, `unreachable` for what it may take later, and
    /// `CancellationError`. The words hold no secrets.
    public func send(key: String, to address: String, subject: String, body: String, date: Timestamp)
        async throws
    {
        let message = MailMessage(
            id: StableID.uuid(of: key),
            from: from,
            to: address,
            date: date,
            subject: subject,
            body: body
        )
        do {
            try await transport.send(message)
        } catch let failure as MailFailure {
            throw BackupError(
                failure.isFinal ? .invalidRequest : .unreachable,
                failure.reason,
                isRetryable: !failure.isFinal
            )
        }
    }
}
