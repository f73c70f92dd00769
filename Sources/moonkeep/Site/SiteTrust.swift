import HostSystem

/// Refuses what another user may write: whoever writes a site's files decides what its user executes.
struct SiteTrust {
    let folder: String

    /// Checks the site's folder and file, its scripts, plugins and secrets, and what the state folder holds.
    func check() throws {
        let trust = FileTrust()
        try Self.naming("site") { () throws(FileTrust.Problem) in try trust.check(folder, allowsSticky: true)
        }
        try Self.naming("site file") { () throws(FileTrust.Problem) in
            try trust.check(folder + "/" + Site.fileName)
        }
        for name in ["scripts", "plugins", "lib"] {
            try Self.naming("folder '\(name)' of the site") { () throws(FileTrust.Problem) in
                try trust.checkAll(in: folder + "/" + name)
            }
        }
        try Self.naming("folder 'secrets' of the site") { () throws(FileTrust.Problem) in
            try trust.check(folder + "/secrets")
        }
        try Self.naming("state folder") { () throws(FileTrust.Problem) in
            try trust.checkAll(in: folder + "/state", depth: 1)
        }
    }

    /// Checks a file that only its owner may read, or that is not there.
    static func check(secret path: String, _ what: String) throws {
        try naming(what) { () throws(FileTrust.Problem) in try FileTrust().checkSecret(path) }
    }

    /// Checks a script that may do what people have granted to it.
    static func check(granted script: String) throws {
        try naming("script '\(script)'") { () throws(FileTrust.Problem) in try FileTrust().check(script) }
    }

    private static func naming(_ what: String, _ check: () throws(FileTrust.Problem) -> Void) throws {
        do {
            try check()
        } catch {
            throw CommandError("the \(what) is not safe: '\(error.path)' \(error.fault)", fix: error.fix)
        }
    }
}
