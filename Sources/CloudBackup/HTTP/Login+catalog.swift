import BackupAPI

extension Login {
    /// A token is renewed when a tenth of its life is left, and at least this long before its end.
    private static let shortestMargin = Duration.seconds(60)

    /// What the answer to a login gives access to.
    static func access(from answer: JSONValue, in login: Login, at now: Timestamp) throws -> Access {
        let access = answer["access"]
        guard let token = access?["token"]?["id"]?.text, !token.isEmpty else {
            throw BackupError(
                .service,
                "the identity service's answer has no token",
                fix: "Check the address of the identity service.",
                isRetryable: true
            )
        }
        let expiry = access?["token"]?["expires"]?.time
        let renewal = expiry.map { expiry in
            expiry.advanced(by: .zero - max(shortestMargin, expiry.since(now) / 10))
        }
        let base = try login.base ?? login.regionBase(in: access?["serviceCatalog"])
        return Access(token: token, base: base, renewal: renewal.map { max($0, now) }, expiry: expiry)
    }

    private func regionBase(in catalog: JSONValue?) throws -> BaseURL {
        guard case .region(let region) = settings.endpoint else {
            throw BackupError.unsupported("find its address without a region")
        }
        let services = (catalog?.elements ?? []).filter {
            $0["type"]?.text == "rax:backup" || $0["name"]?.text == "cloudBackup"
        }
        let endpoints = services.flatMap { $0["endpoints"]?.elements ?? [] }
        let matching = endpoints.filter {
            $0["region"]?.text?.uppercased() == region.uppercased()
                && (settings.projectID == nil || $0["tenantId"]?.text == settings.projectID)
        }
        guard let address = matching.compactMap({ $0["publicURL"]?.text }).first else {
            let known = endpoints.compactMap { $0["region"]?.text }
            throw BackupError(
                .invalidRequest,
                "the service catalog has no Cloud Backup in the region '\(region)'"
                    + (settings.projectID.map { " for the project '\($0)'" } ?? ""),
                fix: known.isEmpty
                    ? "The account has no Cloud Backup; give the base URL of the service."
                    : "Known are: \(Set(known).sorted().joined(separator: ", "))."
            )
        }
        return try BaseURL(address, allowsPlainHTTP: settings.allowsPlainHTTP)
    }
}
