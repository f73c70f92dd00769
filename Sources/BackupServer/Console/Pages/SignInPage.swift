import BackupAPI

/// Where a person signs in with a token.
enum SignInPage {
    static func page(next: String?, problem: String? = nil, status: Int = 200) -> ConsolePage {
        let trouble: HTML? = problem.map { text in
            "<p class=\"outcome failed\" role=\"alert\">\(text)</p>"
        }
        return ConsolePage(
            "Sign in",
            at: nil,
            status: status,
            """
            <header class="lead"><h1>Sign in</h1>
            <p class="quiet">With a token of this server: 'moonkeep token create' makes one.</p></header>
            <section aria-label="Sign in"><form class="panel pad fields" method="post" action="/session">\(trouble)
            <input type="hidden" name="next" value="\(place(next))">
            <input type="text" name="username" autocomplete="username" value="moonkeep" hidden>
            <label for="token">Token</label>
            <input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
            <p class="actions"><button class="first">Sign in</button></p></form></section>
            """
        )
    }

    /// The page to go to then: a path of this server, and never another one's address.
    static func place(_ next: String?) -> String {
        guard let next, next.utf8.first == UInt8(ascii: "/"),
            next.utf8.dropFirst().first != UInt8(ascii: "/"),
            next.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\\") })
        else { return "/" }
        return next
    }
}

/// A page instead of the one that was asked for.
enum FaultPage {
    static func page(_ fault: Fault) -> ConsolePage {
        let title =
            switch fault.status {
            case 403: "Not allowed"
            case 404: "Not there"
            case 409: "Too late"
            default: "That did not work"
            }
        return ConsolePage(
            title,
            at: nil,
            status: fault.status,
            """
            <header class="lead"><h1>\(title)</h1><p>\(fault.message).</p>
            <p class="actions"><a class="button" href="/">Go to Now</a></p></header>
            """
        )
    }
}
