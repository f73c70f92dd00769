import BackupAPI

/// How mails leave this machine: a mail server that speaks SMTP.
public struct MailSettings: Sendable {
    /// How the connection is protected.
    public enum Security: String, Sendable, CaseIterable {
        /// Not at all; without a login only.
        case none
        /// It begins in the clear and must change to TLS, usually on port 587.
        case startTLS = "starttls"
        /// TLS from the beginning, usually on port 465.
        case tls
    }

    /// The server's name or address.
    public var host: String
    /// The server's port, 1 to 65,535.
    public var port: Int
    /// How the connection is protected.
    public var security: Security
    /// Who logs in; `nil` for no login.
    public var user: String?
    /// The user's password.
    public var password: MailPassword?
    /// The address that mails come from, without a name.
    public var from: String
    /// The path of a PEM file with the authorities that the server's certificate may be from; `nil` for the system's.
    public var certificateAuthorities: String?
    /// curl's name, looked up in `path`, or its path.
    public var curlProgram: String
    /// The folders where programs are, as in `PATH`; `nil` for the usual ones.
    public var path: String?

    /// Makes settings.
    public init(
        host: String,
        port: Int = 587,
        security: Security = .startTLS,
        user: String? = nil,
        password: MailPassword? = nil,
        from: String,
        certificateAuthorities: String? = nil,
        curlProgram: String = "curl",
        path: String? = nil
    ) {
        self.host = host
        self.port = port
        self.security = security
        self.user = user
        self.password = password
        self.from = from
        self.certificateAuthorities = certificateAuthorities
        self.curlProgram = curlProgram
        self.path = path
    }
}

extension MailSettings {
    /// Throws `invalid_configuration` with everything that is wrong with the settings.
    package func check() throws {
        var problems: [String] = []
        let hostBytes = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:".utf8)
        if host.isEmpty || !host.utf8.allSatisfy(hostBytes.contains) {
            problems.append("the mail server '\(host.oneLine)' is neither a name nor an address")
        }
        if !(1...65_535).contains(port) {
            problems.append("the mail server's port \(port) is not from 1 to 65535")
        }
        if let problem = MailAddress.problem(of: from) { problems.append("the sender: \(problem)") }
        if (user == nil) != (password == nil) {
            problems.append("a login at the mail server needs a user and a password")
        }
        if user != nil, security == .none {
            problems.append("a login without TLS would send the password in the clear")
        }
        if let user, user.isEmpty || user.contains(":") || user.oneLine != user {
            problems.append("the mail server's user is empty, or has a colon or a control character")
        }
        guard problems.isEmpty else {
            throw BackupError(
                .invalidConfiguration,
                problems.joined(separator: "; "),
                fix: "Change the settings of the mail server."
            )
        }
    }
}
