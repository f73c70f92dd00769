import BackupAPI
import BackupServer
import BackupTesting
import Foundation
import Testing

struct TokenStoreTests {
    @Test func `the file is its owner's only, and has no secret in it`() async throws {
        try await withFolder { folder in
            let path = folder + "/tokens.json"
            let store = FileTokenStore(path: path, now: { .sample })
            let key = try await store.createUser("jsmith", project: "1")
            let login = try #require(try await store.logIn(user: "jsmith", apiKey: key))
            let token = try await store.createToken(for: "ci", project: "1", lifetime: .seconds(60))
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let text = try String(contentsOfFile: path, encoding: .utf8)
            for secret in [key, login.secret, token.secret] { #expect(!text.contains(secret)) }
            let listed = try await store.tokens()
            #expect(listed.map(\.id) == [login.id, token.id])
            #expect(listed.map(\.isLogin) == [true, false])
        }
    }

    @Test func `a second store sees what the first one makes and revokes`() async throws {
        try await withFolder { folder in
            let path = folder + "/tokens.json"
            let first = FileTokenStore(path: path, now: { .sample })
            let second = FileTokenStore(path: path, now: { .sample })
            #expect(try await second.principal(ofToken: "none") == nil)
            let token = try await first.createToken(
                for: "ci",
                project: "1",
                role: .observer,
                lifetime: .seconds(60)
            )
            let expected = Principal(name: "ci", project: "1", role: .observer)
            #expect(try await second.principal(ofToken: token.secret) == expected)
            try await first.revokeToken(token.id)
            #expect(try await second.principal(ofToken: token.secret) == nil)
        }
    }

    @Test func `tokens that two stores make at the same time are all kept`() async throws {
        try await withFolder { folder in
            let path = folder + "/tokens.json"
            let stores = (0..<2).map { _ in FileTokenStore(path: path, now: { .sample }) }
            try await withThrowingTaskGroup { group in
                for number in 0..<20 {
                    group.addTask {
                        _ = try await stores[number % 2].createToken(
                            for: "\(number)",
                            project: "1",
                            lifetime: .seconds(60)
                        )
                    }
                }
                try await group.waitForAll()
            }
            #expect(Set(try await stores[0].tokens().map(\.principal.name)).count == 20)
        }
    }

    @Test func `a removed user and the tokens of the logins are gone`() async throws {
        try await withFolder { folder in
            let store = FileTokenStore(path: folder + "/tokens.json", now: { .sample })
            let key = try await store.createUser("jsmith", project: "1")
            let login = try #require(try await store.logIn(user: "jsmith", apiKey: key))
            try await store.removeUser("jsmith")
            #expect(try await store.principal(ofToken: login.secret) == nil)
            #expect(try await store.logIn(user: "jsmith", apiKey: key) == nil)
            let error = await #expect(throws: ServerError.self) { try await store.removeUser("jsmith") }
            #expect(error?.description == "no user has the name 'jsmith'")
        }
    }

    @Test func `a user's hundred newest logins are kept`() async throws {
        try await withFolder { folder in
            let time = TestTime()
            let store = FileTokenStore(path: folder + "/tokens.json", now: { time.now })
            let key = try await store.createUser("jsmith", project: "1")
            var logins: [IssuedToken] = []
            for _ in 0..<102 {
                logins.append(try #require(try await store.logIn(user: "jsmith", apiKey: key)))
                time.advance(by: .seconds(1))
            }
            #expect(try await store.tokens().map(\.id) == logins.suffix(100).map(\.id))
        }
    }

    @Test func `expired tokens are dropped from the file with the next change`() async throws {
        try await withFolder { folder in
            let time = TestTime()
            let store = FileTokenStore(path: folder + "/tokens.json", now: { time.now })
            let old = try await store.createToken(for: "old", project: "1", lifetime: .seconds(60))
            time.advance(by: .seconds(60))
            #expect(try await store.principal(ofToken: old.secret) == nil)
            _ = try await store.createToken(for: "new", project: "1", lifetime: .seconds(60))
            let text = try String(contentsOfFile: folder + "/tokens.json", encoding: .utf8)
            #expect(!text.contains(old.id))
        }
    }

    @Test func `a file that others may use is refused`() async throws {
        try await withFolder { folder in
            let path = folder + "/tokens.json"
            let store = FileTokenStore(path: path, now: { .sample })
            _ = try await store.createToken(for: "ci", project: "1", lifetime: .seconds(60))
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
            let error = await #expect(throws: ServerError.self) { try await store.principal(ofToken: "x") }
            #expect(error?.code == .tokenFile)
            #expect(
                error?.description
                    == "the token file '\(path)' may be used by others. Run: chmod 600 '\(path)'"
            )
        }
    }

    @Test func `a file that is broken is refused, not replaced`() async throws {
        try await withFolder { folder in
            let path = folder + "/tokens.json"
            _ = FileManager.default.createFile(
                atPath: path,
                contents: Data("{".utf8),
                attributes: [.posixPermissions: 0o600]
            )
            let store = FileTokenStore(path: path, now: { .sample })
            let error = await #expect(throws: ServerError.self) {
                try await store.createToken(for: "ci", project: "1", lifetime: .seconds(60))
            }
            #expect(
                error?.description == "the token file '\(path)' cannot be read. "
                    + "Put it back from a copy, or remove it and make tokens anew."
            )
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(text == "{")
        }
    }

    @Test func `a name that is empty or long is refused`() async throws {
        try await withFolder { folder in
            let store = FileTokenStore(path: folder + "/tokens.json", now: { .sample })
            for name in ["", String(repeating: "ü", count: 128)] {
                let message = "a name must have 1 to 255 bytes, and this one has \(name.utf8.count)"
                let ofToken = await #expect(throws: ServerError.self) {
                    _ = try await store.createToken(for: name, project: "1", lifetime: .seconds(60))
                }
                #expect(ofToken?.code == .invalidName)
                #expect(ofToken?.description == message)
                let ofUser = await #expect(throws: ServerError.self) {
                    _ = try await store.createUser(name, project: "1")
                }
                #expect(ofUser?.description == message)
            }
            let name = String(repeating: "ü", count: 127) + "x"
            _ = try await store.createToken(for: name, project: "1", lifetime: .seconds(60))
            #expect(try await store.tokens().map(\.principal.name) == [name])
        }
    }

    @Test func `a file that another program keeps locked is said to be in use`() async throws {
        try await withFolder { folder in
            let path = folder + "/tokens.json"
            let store = FileTokenStore(path: path, lockTimeout: .zero, now: { .sample })
            let lock = open(path + ".lock", O_RDWR | O_CREAT, 0o600)
            #expect(flock(lock, LOCK_EX) == 0)
            let error = await #expect(throws: ServerError.self) {
                _ = try await store.createToken(for: "ci", project: "1", lifetime: .seconds(60))
            }
            #expect(error?.code == .tokenFileBusy)
            #expect(
                error?.description
                    == "the token file '\(path)' is in use by another program. Try again when that is done."
            )
            close(lock)
            _ = try await store.createToken(for: "ci", project: "1", lifetime: .seconds(60))
        }
    }
}
