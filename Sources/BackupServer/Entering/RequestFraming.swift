import Hummingbird

/// What the headers of a request say of itself, which must hold before anything of it is believed.
enum RequestFraming {
    /// Throws a 400 unless the request names one host, and a 501, 415 or 417 for what this server does not do.
    static func check(_ request: Request) throws(Fault) {
        // The first is taken out of the headers as the request's authority.
        guard request.head.authority != nil, request.headers.first("host") == nil else {
            throw .badRequest("a request must have exactly one Host header")
        }
        let codings = request.headers.list("transfer-encoding")
        if let coding = codings.first(where: { $0 != "chunked" }) {
            throw Fault(
                status: 501,
                message:
                    "the transfer coding '\(coding)' is not served; send the body in chunks or with its length"
            )
        }
        guard codings.count <= 1 else { throw .badRequest("the body is in chunks twice") }
        if let coding = request.headers.list("content-encoding").first(where: { $0 != "identity" }) {
            throw Fault(
                status: 415,
                message: "the content coding '\(coding)' is not served; send the body as it is",
                headers: [.acceptEncoding: "identity"]
            )
        }
        _ = try expectsContinue(request)
    }

    /// Whether the client waits for a word before it sends the body. Throws a 417 where it expects something else.
    static func expectsContinue(_ request: Request) throws(Fault) -> Bool {
        let expectations = request.headers.list("expect")
        if let other = expectations.first(where: { $0 != "100-continue" }) {
            throw Fault(status: 417, message: "the expectation '\(other)' is not known; 100-continue is")
        }
        return !expectations.isEmpty
    }
}

extension HTTPFields {
    /// The elements of a header by its lower-case name, their ASCII letters in lower case; it may be there several times.
    fileprivate func list(_ name: String) -> [String] {
        filter { $0.name.canonicalName == name }
            .flatMap { $0.value.utf8.split(separator: UInt8(ascii: ",")) }
            .map { element in
                let start = element.drop { $0 == 0x20 || $0 == 0x09 }
                let end = start.lastIndex { $0 != 0x20 && $0 != 0x09 }
                let bytes = end.map { start[...$0] } ?? start.prefix(0)
                let isCapital = UInt8(ascii: "A")...UInt8(ascii: "Z")
                return String(decoding: bytes.map { isCapital ~= $0 ? $0 | 0x20 : $0 }, as: UTF8.self)
            }
            .filter { !$0.isEmpty }
    }
}
