internal import RunJournal

extension RunStoreContract.Fixture {
    /// Sends messages by the steps of run `r1`, which begins.
    fileprivate func sent(_ messages: OutboxMessage...) async throws {
        let claim = try await begun()
        for (index, message) in messages.enumerated() {
            try await store.send(message, recording: .make(index, kind: .effect), for: claim)
        }
    }

    fileprivate func due(at time: Int64 = 100, limit: Int = 99) async throws -> [String] {
        try await second.dueMessages(at: time, limit: limit).map(\.key)
    }
}

extension RunStoreContract {
    static let outboxRules = [
        Rule("a message is due as soon as it is sent, and its step is recorded") { fixture in
            try await fixture.sent(.make("m1", sent: 10))
            try expect(try await fixture.due(at: 9), is: [], "the messages before")
            try expect(
                try await fixture.second.dueMessages(at: 10, limit: 9),
                is: [.make("m1", sent: 10)],
                "the messages"
            )
            try expect(try await fixture.store.steps(of: "r1"), is: [.make(0, kind: .effect)], "the steps")
        },
        Rule("messages come oldest first, at most as many as wanted") { fixture in
            try await fixture.sent(.make("b", sent: 20), .make("c", sent: 10), .make("a", sent: 20))
            try expect(try await fixture.due(), is: ["c", "b", "a"], "the messages")
            try expect(try await fixture.due(limit: 2), is: ["c", "b"], "two messages")
            try expect(try await fixture.due(limit: 0), is: [], "no messages")
        },
        Rule("a message of a run that is over is delivered all the same") { fixture in
            try await fixture.sent(.make("m1"))
            try await fixture.store.finish(RunClaim(run: "r1", fence: 1), RunEnd(status: .ok, ended: 9))
            try expect(try await fixture.due(), is: ["m1"], "the messages")
        },
        Rule("a key is used for one message") { fixture in
            let message = OutboxMessage.make("m1")
            try await fixture.sent(message)
            try await expect(.sentAlready(message), of: "a message with the same key") {
                let claim = RunClaim(run: "r1", fence: 1)
                try await fixture.store.send(message, recording: .make(1), for: claim)
            }
            try expect(try await fixture.store.steps(of: "r1").count, is: 1, "the number of steps")
        },
        Rule("a step that is recorded already does not send again") { fixture in
            try await fixture.sent(.make("m1"))
            try await expect(.recordedAlready(StepRecord.make(0).key), of: "the same step") {
                let claim = RunClaim(run: "r1", fence: 1)
                try await fixture.store.send(.make("m2"), recording: .make(0), for: claim)
            }
            try expect(try await fixture.due(), is: ["m1"], "the messages")
        },
        Rule("a claim is not good for another run's messages") { fixture in
            let claim = try await fixture.begun()
            try await fixture.begun("r2")
            let message = OutboxMessage.make("m1", of: "r2")
            try await expect(.otherRunsMessage(message, claim), of: "another run's message") {
                try await fixture.store.send(message, recording: .make(0), for: claim)
            }
            try expect(try await fixture.store.steps(of: "r1"), is: [], "the steps")
        },
    ]

    static let deliveryRules = [
        Rule("a message that was not delivered is due again when it is to be tried again") { fixture in
            try await fixture.sent(.make("m1", sent: 10))
            try await fixture.store.noteDelivery(of: "m1", at: 11, next: 50, error: "no\u{0} answer")
            try expect(try await fixture.due(at: 49), is: [], "the messages before")
            var expected = OutboxMessage.make("m1", sent: 10)
            (expected.attempts, expected.lastError) = (1, "no\u{0} answer")
            let found = try await fixture.second.dueMessages(at: 50, limit: 9)
            try expect(found, is: [expected], "the messages")
        },
        Rule("a message that is to be tried again does not keep younger ones waiting") { fixture in
            try await fixture.sent(.make("m1", sent: 10), .make("m2", sent: 20))
            try await fixture.store.noteDelivery(of: "m1", at: 11, next: 50, error: "no answer")
            try expect(try await fixture.due(at: 30, limit: 1), is: ["m2"], "the messages")
        },
        Rule("a message that was delivered is done with, whatever another host says later") { fixture in
            try await fixture.sent(.make("m1"), .make("m2"))
            try await fixture.store.noteDelivery(of: "m1", at: 11, next: nil, error: nil)
            try await fixture.second.noteDelivery(of: "m1", at: 12, next: 13, error: "no answer")
            try expect(try await fixture.due(), is: ["m2"], "the messages")
        },
        Rule("a delivery of an unknown message changes nothing") { fixture in
            try await fixture.store.noteDelivery(of: "m1", at: 11, next: 12, error: "no answer")
            try expect(try await fixture.due(), is: [], "the messages")
        },
    ]

    static let noteRules = [
        Rule("notes come in the order of noting") { fixture in
            let claim = try await fixture.begun()
            try await fixture.begun("r2")
            let notes = [(5, "parked"), (7, "resumed"), (7, "limit")].map { time, kind in
                RunNote(time: Int64(time), kind: kind, message: "it was \(kind)\u{0}!")
            }
            for note in notes { try await fixture.store.note(note, for: claim) }
            try expect(try await fixture.second.notes(of: "r1"), is: notes, "the notes")
            try expect(try await fixture.store.notes(of: "r2"), is: [], "the notes of another run")
            try expect(try await fixture.store.notes(of: "r3"), is: [], "the notes of an unknown run")
        }
    ]
}
