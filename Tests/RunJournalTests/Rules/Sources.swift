import BackupTesting
import RunJournal
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct SourceRules {
    @Test(arguments: Place.allCases)
    func `a source comes back as it was kept`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let source = ScriptSource.make(text: "print('ö')\r\n-- \u{0} and on\n")
        try await fixture.store.store(source)
        #expect(try await fixture.second.script(source.sha256) == source)
    }

    @Test(arguments: Place.allCases)
    func `a source is kept as it was first seen`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        try await fixture.store.store(.make())
        try await fixture.second.store(.make(name: "copy of nightly"))
        #expect(try await fixture.store.script("5ca1ab1e").name == "nightly")
    }

    @Test(arguments: Place.allCases)
    func `an unknown source is refused`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        await expect(throws: .unknownScript("beef")) {
            _ = try await fixture.store.script("beef")
        }
    }

    @Test(arguments: Place.allCases)
    func `a run that moves to another script has that one from then on`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        let source = ScriptSource.make(sha256: "abc", name: "other")
        try await fixture.store.move(claim, to: source)
        let run = try await fixture.second.run("r1")
        #expect(run.scriptSHA256 == "abc")
        #expect(run.scriptName == "other")
        #expect(try await fixture.second.script("abc") == source)
    }

    @Test(arguments: Place.allCases)
    func `a run that is over moves to no other script`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        try await fixture.store.finish(claim, RunEnd(status: .ok, ended: 4_444))
        await expect(throws: .alreadyOver("r1", status: .ok)) {
            try await fixture.store.move(claim, to: .make(sha256: "abc"))
        }
    }
}

@Suite(.serialized, .timeLimit(.minutes(5))) struct ModuleRules {
    @Test(arguments: Place.allCases)
    func `what a run has required comes back by its name`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        let source = ScriptSource.make(sha256: "abc", name: "util")
        try await fixture.store.keep(source, as: "util", for: claim)
        try await fixture.store.keep(source, as: "lib\u{0}util", for: claim)
        try await fixture.store.keep(.make(), as: "self", for: claim)
        #expect(
            try await fixture.second.modules(of: "r1") == [
                "util": source, "lib\u{0}util": source, "self": .make(),
            ]
        )
    }

    @Test(arguments: Place.allCases)
    func `what a run has required is not what another has`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        try await fixture.begun("r2")
        try await fixture.store.keep(.make(), as: "self", for: claim)
        #expect(try await fixture.store.modules(of: "r2") == [:])
        #expect(try await fixture.store.modules(of: "r3") == [:])
    }

    @Test(arguments: Place.allCases)
    func `a module is kept again without a change`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        for _ in 0..<2 { try await fixture.store.keep(.make(), as: "self", for: claim) }
        #expect(try await fixture.store.modules(of: "r1") == ["self": .make()])
    }

    @Test(arguments: Place.allCases)
    func `a run requires one source under one name`(place: Place) async throws {
        let fixture = try JournalFixture(place)
        let claim = try await fixture.begun()
        try await fixture.store.keep(.make(sha256: "abc"), as: "util", for: claim)
        await expect(throws: .otherModule("util", run: "r1", kept: "abc", given: "def")) {
            try await fixture.store.keep(.make(sha256: "def"), as: "util", for: claim)
        }
        let sources = try await fixture.store.modules(of: "r1").mapValues(\.sha256)
        #expect(sources == ["util": "abc"])
        await expect(throws: .unknownScript("def")) {
            _ = try await fixture.store.script("def")
        }
    }
}
