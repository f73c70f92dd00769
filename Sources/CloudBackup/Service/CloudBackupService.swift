public import BackupAPI
public import Logging

/// The Cloud Backup API v2 as a `BackupService`, over HTTP.
///
/// Copies share the login, the connections and the watcher of all waits. Connections are closed when the last copy is
/// gone. The token goes to the host of the service only, and no error, log or description holds a secret.
public struct CloudBackupService: BackupService {
    let api: CloudAPI
    let watcher: Watcher
    let timer: Timer

    /// Makes the client; nothing is sent yet.
    ///
    /// `now` tells when a token expires, `clock` measures pauses and deadlines, and `jitter` returns numbers from 0 to
    /// below 1 that spread retries. Throws `invalid_request` for an address that cannot be used.
    public init(
        _ settings: CloudSettings,
        now: @escaping @Sendable () -> Timestamp,
        clock: some Clock<Duration> = ContinuousClock(),
        log: Logger = Logger(label: "moonkeep.cloud") { _ in SwiftLogNoOpLogHandler() },
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) throws {
        try self.init(
            settings,
            now: now,
            timer: Timer(clock, lateness: clock),
            log: log,
            jitter: jitter
        )
    }

    /// Makes the client with a clock of its own for answers that are late, so that a test can let pauses pass alone.
    package init(
        _ settings: CloudSettings,
        now: @escaping @Sendable () -> Timestamp,
        pauses: some Clock<Duration>,
        lateness: some Clock<Duration>,
        log: Logger = Logger(label: "moonkeep.cloud") { _ in SwiftLogNoOpLogHandler() },
        jitter: @escaping @Sendable () -> Double = { 0.5 }
    ) throws {
        try self.init(
            settings,
            now: now,
            timer: Timer(pauses, lateness: lateness),
            log: log,
            jitter: jitter
        )
    }

    private init(
        _ settings: CloudSettings,
        now: @escaping @Sendable () -> Timestamp,
        timer: Timer,
        log: Logger,
        jitter: @escaping @Sendable () -> Double
    ) throws {
        let sender = Sender(transport: Transport(timer: timer), deadlines: settings.deadlines, log: log)
        let retry = Retry(timer: timer, jitter: jitter)
        let login = try Login(settings, sender: sender, retry: retry)
        api = CloudAPI(
            session: Session(login: login, now: now),
            sender: sender,
            retry: retry,
            settings: settings
        )
        watcher = Watcher(api: api, timer: timer, jitter: jitter, log: log)
        self.timer = timer
    }
}

extension CloudBackupService: CustomStringConvertible, CustomReflectable {
    /// Where the service is.
    public var description: String {
        switch api.settings.endpoint {
        case .baseURL(let url): "Cloud Backup at \(url)"
        case .region(let code): "Cloud Backup in \(code)"
        }
    }

    /// The description only: what is below it, connections too, may hold a token.
    public var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}
