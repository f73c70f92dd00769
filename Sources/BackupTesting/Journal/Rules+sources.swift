internal import RunJournal

extension RunStoreContract {
    static let sourceRules = [
        Rule("a source comes back as it was kept") { fixture in
            let source = ScriptSource.make(text: "print('ö')\r\n-- \u{0} and on\n")
            try await fixture.store.store(source)
            try expect(try await fixture.second.script(source.sha256), is: source, "the source")
        },
        Rule("a source is kept as it was first seen") { fixture in
            try await fixture.store.store(.make())
            try await fixture.second.store(.make(name: "copy of nightly"))
            try expect(try await fixture.store.script("5ca1ab1e").name, is: "nightly", "the name")
        },
        Rule("an unknown source is refused") { fixture in
            try await expect(.unknownScript("beef"), of: "an unknown source") {
                _ = try await fixture.store.script("beef")
            }
        },
        Rule("a run that moves to another script has that one from then on") { fixture in
            let claim = try await fixture.begun()
            let source = ScriptSource.make(sha256: "abc", name: "other")
            try await fixture.store.move(claim, to: source)
            let run = try await fixture.second.run("r1")
            try expect(run.scriptSHA256, is: "abc", "the script")
            try expect(run.scriptName, is: "other", "the script's name")
            try expect(try await fixture.second.script("abc"), is: source, "the source")
        },
        Rule("a run that is over moves to no other script") { fixture in
            let claim = try await fixture.begun()
            try await fixture.store.finish(claim, RunEnd(status: .ok, ended: 4_444))
            try await expect(.alreadyOver("r1", status: .ok), of: "another script for a run that is over") {
                try await fixture.store.move(claim, to: .make(sha256: "abc"))
            }
        },
    ]

    static let moduleRules = [
        Rule("what a run has required comes back by its name") { fixture in
            let claim = try await fixture.begun()
            let source = ScriptSource.make(sha256: "abc", name: "util")
            try await fixture.store.keep(source, as: "util", for: claim)
            try await fixture.store.keep(source, as: "lib\u{0}util", for: claim)
            try await fixture.store.keep(.make(), as: "self", for: claim)
            try expect(
                try await fixture.second.modules(of: "r1"),
                is: ["util": source, "lib\u{0}util": source, "self": .make()],
                "the modules"
            )
        },
        Rule("what a run has required is not what another has") { fixture in
            let claim = try await fixture.begun()
            try await fixture.begun("r2")
            try await fixture.store.keep(.make(), as: "self", for: claim)
            try expect(try await fixture.store.modules(of: "r2"), is: [:], "the modules of r2")
            try expect(try await fixture.store.modules(of: "r3"), is: [:], "the modules of an unknown run")
        },
        Rule("a module is kept again without a change") { fixture in
            let claim = try await fixture.begun()
            for _ in 0..<2 { try await fixture.store.keep(.make(), as: "self", for: claim) }
            try expect(try await fixture.store.modules(of: "r1"), is: ["self": .make()], "the modules")
        },
        Rule("a run requires one source under one name") { fixture in
            let claim = try await fixture.begun()
            try await fixture.store.keep(.make(sha256: "abc"), as: "util", for: claim)
            try await expect(
                .otherModule("util", run: "r1", kept: "abc", given: "def"),
                of: "another source for the same name"
            ) {
                try await fixture.store.keep(.make(sha256: "def"), as: "util", for: claim)
            }
            let sources = try await fixture.store.modules(of: "r1").mapValues(\.sha256)
            try expect(sources, is: ["util": "abc"], "the modules")
            try await expect(.unknownScript("def"), of: "the source that was refused") {
                _ = try await fixture.store.script("def")
            }
        },
    ]
}
