import Foundation
import HostSystem
import Testing

@Suite(.timeLimit(.minutes(5)))
struct BellTests {
    @Test func `a listener hears at once, at a ring, and after a while`() async {
        let bell = Bell()
        var pulses = bell.pulses(every: .seconds(600)).makeAsyncIterator()
        #expect(await pulses.next() != nil)
        bell.ring()
        #expect(await pulses.next() != nil)
        var ticks = bell.pulses(every: .milliseconds(1)).makeAsyncIterator()
        for _ in 0..<3 { #expect(await ticks.next() != nil) }
    }

    @Test func `a listener that stops listening is forgotten`() async {
        weak var forgotten: Bell?
        do {
            let bell = Bell()
            forgotten = bell
            for await _ in bell.pulses(every: .seconds(600)) { break }
        }
        // The bell keeps its listeners, and each of them the bell, until it stops listening.
        #expect(forgotten == nil)
    }

    @Test func `a cancelled listener ends`() async {
        let bell = Bell()
        let listening = Task {
            for await _ in bell.pulses(every: .seconds(600)) {}
        }
        listening.cancel()
        await listening.value
    }

    @Test func `a listener hears of what is written to a file`() async throws {
        try await withFolder { folder in
            var pulses = Bell().pulses(every: .seconds(600), watching: [.init(["out"], in: folder.root)])
                .makeAsyncIterator()
            #expect(await pulses.next() != nil)
            try folder.file("out", mode: 0o600)
            #expect(await pulses.next() != nil)
        }
    }

    @Test func `a listener hears of a lock that is given back, and not of those who ask`() async throws {
        try await withFolder { folder in
            let path = folder.path("lock")
            let lock = try #require(try FileLock.attempt(path, .exclusive))
            let bell = Bell()
            var pulses = bell.pulses(every: .seconds(600), watching: [.init(["lock"], in: folder.root)])
                .makeAsyncIterator()
            #expect(await pulses.next() != nil)
            #expect(try FileLock.isHeld(path))
            lock.release()
            #expect(await pulses.next() != nil)
            #expect(try !FileLock.isHeld(path))
        }
    }

    @Test func `where the system tells of no files, a listener looks again and again`() async throws {
        try await withFolder { folder in
            let bell = Bell(FolderWatch(mostFolders: 0))
            var pulses = bell.pulses(every: .seconds(600), watching: [.init(["out"], in: folder.root)])
                .makeAsyncIterator()
            for _ in 0..<3 { #expect(await pulses.next() != nil) }
        }
    }

    @Test func `who waits for a lock gets it when its last holder is gone`() async throws {
        try await withFolder { folder in
            let path = folder.path("lock")
            let lock = try #require(try FileLock.attempt(path, .exclusive))
            async let next = FileLock.wait(path, .exclusive)
            lock.leave()
            let held = try await next
            #expect(try FileLock.isHeld(path))
            held.release()
        }
    }
}
