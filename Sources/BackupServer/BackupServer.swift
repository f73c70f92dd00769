public import BackupAPI
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Logging
import NIOCore
import ServiceLifecycle

/// The Cloud Backup API v2 over a service, the login to it, and a console for people.
///
/// Backups belong to the service: they go on when the server ends.
public struct BackupServer: Sendable {
    private let service: any BackupService
    private let settings: ServerSettings
    private let tokens: any TokenStore
    private let logger: Logger
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Timestamp
    private let makeID: @Sendable () -> String
    private let notice: @Sendable () -> String?
    private let runs: ServedRuns?

    /// Makes a server that does not listen yet.
    ///
    /// `clock` measures how long bodies take, `now` is the time of events, and `makeID` makes the ids of requests
    /// that are answered later: UUIDs in text form, never one twice. `notice` is what an operator should know while the server
    /// goes on, without paths of the host; `/health` tells it. With `runs` there are a console at `/` and its API below
    /// `/moonkeep/v1`.
    public init(
        service: any BackupService,
        settings: ServerSettings = ServerSettings(),
        tokens: any TokenStore,
        logger: Logger,
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Timestamp,
        makeID: @escaping @Sendable () -> String,
        notice: @escaping @Sendable () -> String? = { nil },
        runs: ServedRuns? = nil
    ) {
        self.service = service
        self.settings = settings
        self.tokens = tokens
        self.logger = logger
        self.clock = clock
        self.now = now
        self.makeID = makeID
        self.notice = notice
        self.runs = runs
    }

    /// Serves until the task is cancelled; `onStart` gets the port once requests are taken.
    ///
    /// A cancellation ends it in good order: nothing new is taken, and what runs may end within the settings'
    /// `shutdownTimeout`. Throws `plain_text` when the address is open to others without TLS, `certificate`, and
    /// `address` when it cannot be listened on.
    public func run(onStart: @escaping @Sendable (_ port: Int) async -> Void = { _ in }) async throws {
        guard settings.tls != nil || settings.isLoopback || settings.allowsPlainText else {
            throw ServerError.plainText(host: settings.host)
        }
        let desk = BrowseDesk(service: service, now: now, makeID: makeID)
        let connections = Connections(maximum: settings.maximumConnections)
        let application = Application(
            responder: responder(desk),
            server: try server(connections),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port),
                availableConnectionsDelegate: ConnectionLimit(connections: connections)
            ),
            onServerRunning: { channel in
                connections.whenPossible { channel.read() }
                await onStart(channel.localAddress?.port ?? settings.port)
            },
            logger: logger
        )
        var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
        configuration.maximumGracefulShutdownDuration = settings.shutdownTimeout
        try await serve(ServiceGroup(configuration: configuration))
        await desk.close()
    }

    /// The group runs in a task of its own, since a cancellation of this one would end it at once.
    private func serve(_ group: ServiceGroup) async throws {
        let serving = Task { try await group.run() }
        do {
            try await withTaskCancellationHandler {
                try await serving.value
            } onCancel: {
                Task { await group.triggerGracefulShutdown() }
            }
        } catch is CancellationError {
            // What ran longer than the shutdown may take was cut off.
        } catch let error as IOError {
            throw ServerError.address(settings.host, settings.port, cause: error)
        }
    }

    private func responder(_ desk: BrowseDesk) -> APIResponder {
        let scheme = settings.tls == nil ? "http" : "https"
        return APIResponder(
            service: service,
            settings: settings,
            entrance: Entrance(
                tokens: tokens,
                project: settings.project,
                limit: LoginLimit(free: 20, clock: clock)
            ),
            login: Login(tokens: tokens, settings: settings, limit: LoginLimit(free: 5, clock: clock)),
            desk: desk,
            console: runs.map { runs in
                ConsoleDesk(
                    service: service,
                    runs: runs,
                    settings: settings,
                    tokens: tokens,
                    limit: LoginLimit(free: 5, clock: clock),
                    now: now
                )
            },
            notice: notice,
            reading: BodyReading(
                maximumBytes: settings.maximumBodyBytes,
                timeout: settings.bodyTimeout,
                clock: clock
            ),
            fallbackBase: "\(scheme)://\(settings.host):\(settings.port)"
        )
    }

    private func server(_ connections: Connections) throws -> HTTPServerBuilder {
        let configuration = HTTP1Channel.Configuration(
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: settings.maximumHeaderBytes,
                maxHeaderListSize: settings.maximumHeaderBytes,
                maxHeaderFieldCount: 100
            )
        )
        let limits = ConnectionPhase.Limits(
            idle: TimeAmount(settings.idleTimeout),
            head: TimeAmount(settings.headTimeout),
            sending: TimeAmount(settings.idleTimeout)
        )
        let http = HTTPServerBuilder { responder in
            CaredChannel(
                base: HTTP1Channel(responder: responder, configuration: configuration),
                connections: connections,
                limits: limits
            )
        }
        guard let tls = settings.tls else { return http }
        return try .tls(http, tlsConfiguration: tls.configuration())
    }
}

extension ServerSettings.TLS {
    /// Reads the files. Throws `certificate` with the path of the one that is wrong.
    fileprivate func configuration() throws -> TLSConfiguration {
        let chain: [NIOSSLCertificate]
        do { chain = try NIOSSLCertificate.fromPEMFile(certificateFile) } catch {
            throw ServerError.certificate(certificateFile, cause: error)
        }
        let key: NIOSSLPrivateKey
        do { key = try NIOSSLPrivateKey(file: keyFile, format: .pem) } catch {
            throw ServerError.certificate(keyFile, cause: error)
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        // For TLS 1.2; all of TLS 1.3 have forward secrecy.
        configuration.cipherSuites = "ECDHE+AESGCM:ECDHE+CHACHA20"
        return configuration
    }
}
