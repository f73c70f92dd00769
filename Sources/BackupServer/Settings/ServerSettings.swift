/// What a server needs to know; nothing is read from the process environment.
public struct ServerSettings: Sendable {
    /// The files of a server's identity, both in PEM form.
    public struct TLS: Hashable, Sendable {
        /// The path of the certificate, followed by those between it and its root.
        public var certificateFile: String
        /// The path of the certificate's private key.
        public var keyFile: String

        /// Makes the pair.
        public init(certificateFile: String, keyFile: String) {
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }

    /// The address or name to listen on.
    public var host: String
    /// The port to listen on; 0 lets the system choose one.
    public var port: Int
    /// The project that the service's resources belong to, also called tenant or account number.
    public var project: String
    /// Where clients reach the server, without a path, for example `https://backup.example.org`; it begins all
    /// links. `nil` takes the name that each request was sent to.
    public var baseURL: String?
    /// The region's code in the service catalog.
    public var region: String
    /// The name of this host in the health document.
    public var node: String
    /// The server's identity; `nil` speaks plain HTTP.
    public var tls: TLS?
    /// Whether plain HTTP is allowed on an address that other hosts reach.
    public var allowsPlainText: Bool
    /// The folders of this host, absolute, that restores through the server may write below; empty for nowhere, `nil` for
    /// wherever the server's user may write. Links are followed before paths are compared.
    public var restoreBelow: [String]?
    /// Bytes that a request's body may have.
    public var maximumBodyBytes: Int
    /// Bytes that the headers of a request may have together.
    public var maximumHeaderBytes: Int
    /// Connections at a time. For one more the connection is closed that has kept the server waiting longest; it waits only
    /// while the server works for all of them.
    public var maximumConnections: Int
    /// How long a connection may stand idle, and how long a client may take to receive an answer.
    public var idleTimeout: Duration
    /// How long a request's headers may take from their first byte.
    public var headTimeout: Duration
    /// How long a request's body may take.
    public var bodyTimeout: Duration
    /// How long requests that run may take when the server ends.
    public var shutdownTimeout: Duration

    /// Makes settings; the defaults listen on this host only.
    public init(
        host: String = "127.0.0.1",
        port: Int = 8_080,
        project: String = "local",
        baseURL: String? = nil,
        region: String = "LOCAL",
        node: String = "moonkeep",
        tls: TLS? = nil,
        allowsPlainText: Bool = false,
        restoreBelow: [String]? = nil,
        maximumBodyBytes: Int = 1_048_576,
        maximumHeaderBytes: Int = 16_384,
        maximumConnections: Int = 256,
        idleTimeout: Duration = .seconds(60),
        headTimeout: Duration = .seconds(20),
        bodyTimeout: Duration = .seconds(20),
        shutdownTimeout: Duration = .seconds(10)
    ) {
        self.host = host
        self.port = port
        self.project = project
        self.baseURL = baseURL
        self.region = region
        self.node = node
        self.tls = tls
        self.allowsPlainText = allowsPlainText
        self.restoreBelow = restoreBelow
        self.maximumBodyBytes = maximumBodyBytes
        self.maximumHeaderBytes = maximumHeaderBytes
        self.maximumConnections = maximumConnections
        self.idleTimeout = idleTimeout
        self.headTimeout = headTimeout
        self.bodyTimeout = bodyTimeout
        self.shutdownTimeout = shutdownTimeout
    }

    /// Whether only programs on this host reach the address.
    var isLoopback: Bool {
        host == "localhost" || host == "::1"
            || (host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." })
    }
}
