import PluginHost
import Testing

/// What a permission covers.
@Suite struct PermissionCoverTests {
    private func covers(_ granted: String, _ asked: String) throws -> Bool {
        try #require(Permission(granted)).covers(try #require(Permission(asked)))
    }

    @Test(arguments: [
        ("http:https://h.org", "http:https://h.org/any/%2e%2e%2fpath"),
        ("http:https://H.org/", "http:https://h.org/a"),
        ("http:https://h.org/api", "http:https://h.org/api/v1"),
        ("http:https://h.org/api/", "http:https://h.org/%61pi/v1"),
        ("http:https://h.org/a%20b", "http:https://h.org/a%20b/c%20d"),
        ("http:https://h.org/api*", "http:https://h.org/api2/x"),
        ("http:https://h.org/api/v*", "http:https://h.org/api/v2"),
        ("http:https://h.org*", "http:https://h.org/x"), ("http:https://*", "http:https://other.org/x"),
        ("shell:pg_dump", "shell:pg_dump"), ("shell:pg_*", "shell:pg_dumpall"),
        ("shell:pg_dump:env=PGHOST,PGUSER", "shell:pg_dump"),
        ("shell:pg_dump:env=PGHOST,PGUSER", "shell:pg_dump:env=PGUSER"),
        ("shell:pg_*:env=PGHOST", "shell:pg_dump:env=PGHOST"), ("shell:*", "shell:pg_dump:env=X"),
        ("notify:email", "notify:email:ops@example.com"), ("notify:email", "notify:email"),
        ("notify:slack:ops", "notify:slack:ops"), ("fs:read:/srv", "fs:read:/srv/a"),
        ("secrets:pg/*", "secrets:pg/password"),
    ])
    func `what lies within is covered`(granted: String, asked: String) throws {
        let isCovered = try covers(granted, asked)
        #expect(isCovered)
    }

    @Test(arguments: [
        ("http:https://h.org/api", "http:https://h.org/apix"),
        ("http:https://h.org/api", "http:https://h.org/api/..%2fadmin"),
        ("http:https://h.org/api", "http:https://h.org/api/%2e%2e/admin"),
        ("http:https://h.org/api", "http:https://h.org/api/%2E%2e%2Fadmin"),
        ("http:https://h.org/api", "http:https://h.org/api/..%5cadmin"),
        ("http:https://h.org/api", "http:https://h.org/api/..;/admin"),
        ("http:https://h.org/api", "http:https://h.org/api/%252e%252e%252fadmin"),
        ("http:https://h.org/api", "http:https://h.org/api%2fv1"),
        ("http:https://h.org/api*", "http:https://h.org/api/..%2fadmin"),
        ("notify:email", "notify:emails"), ("notify:email:a@b.org", "notify:email:a@b.organic"),
        ("notify:email:a@b.org", "notify:email"), ("mail:a", "mail:a:b"),
        ("http:https://h.org/api/*", "http:https://h.org/apix"),
        ("http:https://h.org", "http:https://h.org.evil.org/"), ("http:https://h.org", "http:http://h.org/"),
        ("http:https://h.org", "http:https://h.org:8443/"),
        ("http:https://h.org/api", "http:https://evil.org/api"),
        ("shell:pg_dump", "shell:pg_dump:env=PGHOST"), ("shell:pg_*", "shell:pg_dump:env=PGHOST"),
        ("shell:pg_dump:env=PGHOST", "shell:pg_dump:env=PGHOST,PERL5OPT"),
        ("shell:pg_dump:env=PGHOST", "shell:pg_dumpall"), ("fs:read:/srv", "fs:read:/srvx"),
    ])
    func `what does not is not covered`(granted: String, asked: String) throws {
        let isCovered = try covers(granted, asked)
        #expect(!isCovered)
    }

    @Test(arguments: [
        "shell:pg_dump:env=", "shell:pg_dump:env=A,,B", "shell:pg_dump:env=A B", "shell::env=A",
        "shell:x:env=1A",
    ])
    func `a list of variables that are no names is no permission`(text: String) {
        #expect(Permission(text) == nil)
    }

    @Test func `the variables stand in the words`() throws {
        let permission = try #require(Permission("shell:pg_dump:env=PGUSER,PGHOST"))
        #expect(permission.words == "runs the program 'pg_dump', with the variables PGHOST, PGUSER")
    }

    @Test(arguments: [
        ("fs:read:/", "fs:read:/srv/a"), ("fs:read:/srv/", "fs:read:/srv/a/b"),
        ("fs:read:/srv", "fs:read:/srv"),
        ("http:https://h.org/a%62", "http:https://h.org/ab/c"),
        ("http:https://h.org/", "http:https://h.org/x"),
        ("shell:pg_dump:env=A,B", "shell:pg_dump:env=B"), ("shell:pg_*", "shell:pg_dump"),
        ("backup:check", "backup:check"), ("lock:*", "lock:a/b"),
        ("notify:email", "notify:email:ops@example.com"), ("notify:slack:ops", "notify:slack:ops"),
    ])
    func `a set allows what one of it covers`(granted: String, asked: String) throws {
        let others = (0..<100).map { Permission("fs:read", "/other/\($0)") }
        let all = Permissions(others + [try #require(Permission(granted))])
        #expect(all.allow(try #require(Permission(asked))))
        #expect(!Permissions(others).allow(try #require(Permission(asked))))
    }

    @Test func `many permissions are looked up, not compared with one another`() {
        let wanted = (0..<10_000).map { Permission("fs:read", "/srv/\($0)/file") }
        var granted = Permissions((0..<10_000).map { Permission("fs:read", "/srv/\($0)") })
        #expect(wanted.allSatisfy(granted.allow))
        granted.granted.remove(Permission("fs:read", "/srv/7"))
        #expect(wanted.filter { !granted.allow($0) } == [Permission("fs:read", "/srv/7/file")])
    }
}
