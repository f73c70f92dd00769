import LocalBackup
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
}
