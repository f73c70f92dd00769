/// Why the crash test cannot go on.
struct CrashTestError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
