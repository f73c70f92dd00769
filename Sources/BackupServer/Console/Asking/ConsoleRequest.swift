import BackupAPI
import Foundation
import Hummingbird

/// A request to the console or to its API.
struct ConsoleRequest: Sendable {
    /// `GET` for HEAD, too.
    let method: String
    /// The path's segments, decoded.
    let segments: [String]
    let query: Query
    let headers: HTTPFields
    /// Where the server is for this client, without a path: `http://127.0.0.1:8080`.
    let base: String
    let body: [UInt8]

    /// The fields of the form in the body; of a name that is there twice, the first counts. Throws a 415 for what is no form.
    func form() throws(Fault) -> [String: String] {
        let type = headers[.contentType]?.split(separator: ";").first.map(String.init) ?? ""
        guard type.lowercased() == "application/x-www-form-urlencoded" else {
            throw Fault(status: 415, message: "the body must be a form, application/x-www-form-urlencoded")
        }
        var fields: [String: String] = [:]
        for pair in body.split(separator: UInt8(ascii: "&")) {
            let halves = pair.split(
                separator: UInt8(ascii: "="),
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            guard let name = Self.text(halves[0]), let value = Self.text(halves.count > 1 ? halves[1] : [])
            else {
                throw .badRequest("the form has a '%' that begins no UTF-8 character")
            }
            if fields[name] == nil { fields[name] = value }
        }
        return fields
    }

    /// The value of a cookie.
    func cookie(_ name: String) -> String? {
        for header in headers where header.name.canonicalName == "cookie" {
            for pair in header.value.split(separator: ";") {
                let pair = pair.drop { $0 == " " }
                if pair.hasPrefix(name + "=") { return String(pair.dropFirst(name.utf8.count + 1)) }
            }
        }
        return nil
    }

    /// Whether a page of this server sent the request. The browser says so: ports do not count for `SameSite`, and a page of another
    /// port of this host would be let in by the cookie alone.
    var isSameOrigin: Bool {
        if let site = headers.first("sec-fetch-site") { return site == "same-origin" }
        return headers.first("origin") == base
    }

    /// A value of a form (https://url.spec.whatwg.org/#urlencoded-parsing); `nil` where it is no UTF-8 text.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String? {
        let spaced = bytes.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
        return String(validating: spaced, as: UTF8.self)?.removingPercentEncoding
    }
}

extension Answer {
    /// What a browser may do with what the console answers: nothing of another place is loaded, run, framed or sent to.
    static let consoleHeaders: HTTPFields = {
        var headers = HTTPFields()
        let policy = """
            default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
            form-action 'self'; base-uri 'none'; frame-ancestors 'none'
            """
        let values = [
            ("Content-Security-Policy", policy), ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "same-origin"), ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"), ("Cache-Control", "no-store"),
        ]
        for (name, value) in values {
            if let name = HTTPFields.Element.Name(name) { headers[name] = value }
        }
        return headers
    }()

    /// A page.
    static func page(_ html: HTML, status: Int = 200) -> Answer {
        var answer = Answer(status: status, headers: consoleHeaders, body: html.text)
        answer.type = "text/html; charset=utf-8"
        return answer
    }

    /// After a change the browser asks for the page anew, so that a reload repeats nothing.
    static func seeOther(_ path: String) -> Answer {
        var headers = consoleHeaders
        headers[.location] = path
        return Answer(status: 303, headers: headers)
    }
}
