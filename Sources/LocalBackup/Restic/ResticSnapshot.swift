/// A snapshot in restic's list of them.
struct ResticSnapshot: Codable, Hashable, Sendable {
    /// All 64 characters.
    var id: String
    /// The id that it had before its tags were changed; `nil` when they never were.
    var original: String?

    /// Whether it is the one that had this id, whole or short, when it was made.
    func isMeant(by known: String) -> Bool {
        id.hasPrefix(known) || original?.hasPrefix(known) ?? false
    }
}
