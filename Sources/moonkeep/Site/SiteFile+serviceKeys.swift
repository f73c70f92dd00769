/// The keys of services: of the Cloud Backup API, of the server, and of mail.
extension SiteFile {
    static let cloudServiceKeys = SiteKeys(
        of: "'cloud'",
        [
            .optional(
                "url",
                "text",
                "The service's address; either this or 'region'.",
                default: "that of the region",
                example: "https://backup.example.com/v2"
            ),
            .optional(
                "region",
                "text",
                "The region's code, under which the identity service lists the address.",
                default: "none",
                example: "DFW"
            ),
            .optional(
                "project",
                "text",
                "The project, also called tenant or account number; it is put after an address that ends in /v2.",
                default: "that of the address or of the login",
                example: "\"123456\""
            ),
            .optional(
                "identity_url",
                "text",
                "The address of the identity service, for 'api_key_file'.",
                default: "the public one",
                example: "https://identity.example.com/v2.0"
            ),
            .optional("user", "text", "Whose the API key is.", default: "none", example: "backups"),
            .optional(
                "api_key_file",
                "path",
                "The file that holds the API key, with 'user'; only its owner may read it.",
                default: "none",
                example: "api-key"
            ),
            .optional(
                "token_file",
                "path",
                "The file that holds a token, in the place of 'user' and 'api_key_file'.",
                default: "none",
                example: "token"
            ),
            .optional(
                "agent",
                "text",
                "The id of the agent of new configurations.",
                default: "the project's only one",
                example: "8b6b9c2e-1f57-4b39-9d2c-6f4b0a1c2d3e"
            ),
            .optional(
                "allow_plain_http",
                "true or false",
                "Whether the address may be one without TLS, which shows the token to the network.",
                default: "false",
                example: "true"
            ),
        ]
    )

    static let serverKeys = SiteKeys(
        of: "'server'",
        [
            .optional(
                "host",
                "text",
                "The address or name to listen on.",
                default: "127.0.0.1",
                example: "127.0.0.1"
            ),
            .optional(
                "port",
                "whole number",
                "The port, 0 to 65535; 0 lets the system choose one.",
                default: "8080",
                example: "8081"
            ),
            .optional(
                "project",
                "text",
                "The project that the service's resources belong to.",
                default: "local",
                example: "backups"
            ),
            .optional(
                "url",
                "text",
                "Where clients reach the server, without a path; it begins all links.",
                default: "the name that a request was sent to",
                example: "https://backup.example.org"
            ),
            .optional(
                "certificate",
                "path",
                "The server's certificate in PEM form, followed by those between it and its root; with 'key'.",
                default: "none, and plain HTTP",
                example: "server.pem"
            ),
            .optional(
                "key",
                "path",
                "The certificate's private key in PEM form; with 'certificate'.",
                default: "none",
                example: "server-key.pem"
            ),
            .optional(
                "allow_plain_text",
                "true or false",
                "Whether plain HTTP is allowed on an address that other hosts reach.",
                default: "false",
                example: "true"
            ),
            .optional(
                "restore_below",
                "list of paths",
                "The folders below which clients may restore; an empty list is nowhere.",
                default: "wherever the server's user may write",
                example: "[/srv/restored]"
            ),
        ]
    )

    static let mailKeys = SiteKeys(
        of: "'smtp'",
        [
            .required(
                "host",
                "text",
                "The mail server's name or address.",
                example: "mail.example.com"
            ),
            .optional(
                "port",
                "whole number",
                "Its port, 1 to 65535.",
                default: "587 with starttls, 465 with tls, 25 with none",
                example: "2525"
            ),
            .optional(
                "security",
                "none, starttls or tls",
                "How the connection is protected; 'none' only without a login.",
                default: "starttls",
                example: "tls"
            ),
            .optional(
                "user",
                "text",
                "Who logs in; with 'password_file'.",
                default: "nobody logs in",
                example: "backups"
            ),
            .optional(
                "password_file",
                "path",
                "The file that holds the user's password; with 'user'.",
                default: "none",
                example: "smtp-password"
            ),
            .required(
                "from",
                "text",
                "The address that mails come from, without a name.",
                example: "backups@example.com"
            ),
            .optional(
                "certificate_authorities",
                "path",
                "A PEM file with the authorities that the server's certificate may be from.",
                default: "those of the system",
                example: "ca.pem"
            ),
        ]
    )
}
