import BackupAPI
import Hummingbird
import PluginHost
import RunJournal
import Schedules

/// Answers the console's requests: who is signed in sees pages and may act, everybody else gets the page to sign in.
struct ConsoleDesk: Sendable {
    let lookout: Lookout
    let settings: ServerSettings
    let sessions: ConsoleSessions
    let limit: LoginLimit
    private let events: ConsoleEvents
    private let zone: Zone

    init(
        service: any BackupService,
        runs: ServedRuns,
        settings: ServerSettings,
        tokens: any TokenStore,
        limit: LoginLimit,
        now: @escaping @Sendable () -> Timestamp
    ) {
        lookout = Lookout(service: service, runs: runs, now: now)
        self.settings = settings
        self.limit = limit
        sessions = ConsoleSessions(tokens: tokens, now: now)
        events = ConsoleEvents(journal: runs.journal)
        zone = (try? Zone(named: runs.timeZone)) ?? .utc
    }

    /// Whether a path is one of the console's.
    static func serves(_ segments: [String]) -> Bool {
        guard let first = segments.first else { return true }
        return ["runs", "backups", "workflows", "sign-in", "session", "assets", "events"].contains(first)
    }

    /// The answer to a request. A fault is a page, too.
    func answer(_ request: ConsoleRequest, _ context: ServerContext) async throws -> Answer {
        if let asset = asset(request) { return asset }
        var reader: ConsolePage.Reader?
        do {
            try checkHost(request)
            if let cookie = request.cookie(cookieName(request)),
                let session = try await sessions.session(cookie)
            {
                reader = ConsolePage.Reader(principal: session.principal, formToken: session.formToken)
            }
            if request.method == "POST" { return try await change(request, reader, context) }
            guard request.method == "GET" else {
                let path = "/" + request.segments.joined(separator: "/")
                throw Fault.methodNotAllowed(request.method, path: path, allowed: ["GET", "POST"])
            }
            if request.segments == ["sign-in"] { return page(SignInPage.page(next: request.query["next"])) }
            guard let reader else { return signIn(request) }
            if request.segments == ["events"] { return events.answer() }
            return try await page(request, reader)
        } catch {
            let fault = try fault(of: error, request)
            return page(FaultPage.page(fault), reader, headers: fault.headers)
        }
    }

    private func page(_ request: ConsoleRequest, _ reader: ConsolePage.Reader) async throws -> Answer {
        let pages = ConsolePages(lookout: lookout, time: time, reader: reader)
        let path = request.segments
        switch (path.first, path.count) {
        case (nil, _):
            let overview = try await lookout.overview()
            return page(
                NowPage(overview: overview, time: time, reader: reader).page,
                reader,
                needs: overview.needs.count
            )
        case ("runs", 1): return page(try await pages.runs(request.query), reader)
        case ("runs", 2): return page(try await pages.run(path[1], request.query), reader)
        case ("backups", 1): return page(try await pages.configurations(), reader)
        case ("backups", 3) where path[1] == "of":
            return page(try await pages.backups(of: path[2], request.query), reader)
        case ("backups", 2): return page(try await pages.backup(path[1], request.query), reader)
        case ("workflows", 1): return page(try await pages.workflows(), reader)
        default: throw Fault.notFound("there is no page '/\(path.joined(separator: "/"))'")
        }
    }

    private var time: PageTime { PageTime(zone: zone, now: lookout.now()) }

    private func page(
        _ page: ConsolePage,
        _ reader: ConsolePage.Reader? = nil,
        needs: Int? = nil,
        headers: HTTPFields = [:]
    ) -> Answer {
        var answer = Answer.page(
            page.document(lookout.runs.site, time, reader: reader, needs: needs),
            status: page.status
        )
        for header in headers { answer.headers[header.name] = header.value }
        return answer
    }

    private func asset(_ request: ConsoleRequest) -> Answer? {
        guard request.method == "GET", request.segments.first == "assets",
            let asset = ConsoleAssets.asset("/" + request.segments.joined(separator: "/"))
        else { return nil }
        var answer = Answer(status: 200, headers: Answer.consoleHeaders, body: asset.text)
        answer.headers[.cacheControl] = "public, max-age=31536000, immutable"
        answer.type = asset.type
        return answer
    }

    // MARK: Changes

    private func change(_ request: ConsoleRequest, _ reader: ConsolePage.Reader?, _ context: ServerContext)
        async throws
        -> Answer
    {
        guard request.isSameOrigin else {
            context.logRefusal("form of another site")
            throw Fault.forbidden("the form was sent by a page of another site; nothing was done")
        }
        let form = try request.form()
        if request.segments == ["session"] { return try await begin(request, form, context) }
        guard let reader else {
            return signIn(request, "You were signed out meanwhile; nothing was done.", status: 401)
        }
        guard let token = form["form_token"], Secret.isEqual(token, reader.formToken) else {
            context.logRefusal("form without its token")
            throw Fault.forbidden("the form is of another session; nothing was done. Open the page again")
        }
        if request.segments == ["session", "end"] {
            request.cookie(cookieName(request)).map(sessions.end)
            var answer = Answer.seeOther("/sign-in")
            answer.headers[.setCookie] = cookie(request, "", lifetime: .zero)
            return answer
        }
        guard reader.mayAct else {
            throw Fault.forbidden("the role \(reader.principal.role) may look only; nothing was done")
        }
        let changes = ConsoleChanges(lookout: lookout, principal: reader.principal)
        return .seeOther(try await changes.change(request.segments, form))
    }

    // MARK: Signing in

    private func begin(_ request: ConsoleRequest, _ form: [String: String], _ context: ServerContext)
        async throws
        -> Answer
    {
        if let wait = limit.wait(of: context.network) { throw Fault.tooMany("wrong tokens", wait: wait) }
        let token = form["token"]?.filter { !$0.isWhitespace } ?? ""
        guard let cookie = try await sessions.begin(token: token, project: settings.project) else {
            limit.failed(context.network)
            context.logRefusal("wrong token")
            let text = "The token is unknown, revoked or expired."
            return page(SignInPage.page(next: form["next"], problem: text, status: 401))
        }
        limit.succeeded(context.network)
        var answer = Answer.seeOther(SignInPage.place(form["next"]))
        answer.headers[.setCookie] = self.cookie(request, cookie, lifetime: ConsoleSessions.lifetime)
        return answer
    }

    private func signIn(_ request: ConsoleRequest, _ problem: String? = nil, status: Int = 200) -> Answer {
        guard problem == nil, request.method == "GET" else {
            return page(SignInPage.page(next: nil, problem: problem, status: status))
        }
        let path = "/" + request.segments.map(\.percentEncoded).joined(separator: "/")
        return .seeOther(path == "/" ? "/sign-in" : "/sign-in?next=\(path.percentEncoded)")
    }

    /// Cookies know no ports: another server on this host has one of another name.
    private func cookieName(_ request: ConsoleRequest) -> String {
        if request.base.hasPrefix("https://") { return "__Host-moonkeep" }
        let port = request.base.split(separator: ":").last.flatMap { UInt16($0) } ?? 80
        return "moonkeep-\(port)"
    }

    private func cookie(_ request: ConsoleRequest, _ value: String, lifetime: Duration) -> String {
        let secure = request.base.hasPrefix("https://") ? "; Secure" : ""
        return """
            \(cookieName(request))=\(value); Path=/; HttpOnly; SameSite=Lax; \
            Max-Age=\(lifetime.components.seconds)\(secure)
            """
    }

    /// A name that leads to this host may be anybody's: without an address of its own, the console is reached by the names of
    /// this host only.
    private func checkHost(_ request: ConsoleRequest) throws(Fault) {
        guard settings.baseURL == nil, settings.isLoopback else { return }
        let authority = request.base.drop { $0 != "/" }.dropFirst(2)
        let host =
            authority.hasPrefix("[")
            ? authority.prefix { $0 != "]" } + "]" : String(authority.prefix { $0 != ":" })
        guard ["localhost", "127.0.0.1", "[::1]", settings.host].contains(host) else {
            throw Fault(
                status: 421,
                message: "this server is not '\(host)'; open http://127.0.0.1:\(settings.port)"
            )
        }
    }

    private func fault(of error: any Error, _ request: ConsoleRequest) throws -> Fault {
        switch error {
        case let fault as Fault: return fault
        case let error as JournalError: return Fault(error)
        case let error as BackupError:
            let sent = request.segments.joined(separator: "/") + String(decoding: request.body, as: UTF8.self)
            return Fault(error, hint: "the server's log says why", sent: sent)
        default: throw error
        }
    }
}
