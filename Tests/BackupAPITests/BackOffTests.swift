import BackupAPI
import Testing

@Suite struct BackOffTests {
    @Test(arguments: [(0, 60), (1, 60), (2, 120), (6, 1_920), (7, 3_600), (1_000_000, 3_600)])
    func `a pause is twice as long as the one before, up to the longest`(attempts: Int, seconds: Int) {
        let backOff = BackOff(first: .seconds(60), longest: .seconds(3_600))
        #expect(backOff.pause(after: attempts) == .seconds(seconds))
    }
}
