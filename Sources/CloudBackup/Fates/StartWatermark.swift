import BackupAPI

/// What a list of starts had on its newest page before a start: whatever is not there has come later.
struct StartWatermark: Codable, Equatable, Sendable {
    private static let mostBytes = 64 << 10

    /// Whether the service said that it keeps keys.
    var keepsKeys: Bool
    /// Whether these are all that the list had.
    var isWhole: Bool
    /// The ids of those that were over, and so do not change any more, newest first.
    var over: [String]
    /// The ids of the others, newest first.
    var open: [String]

    private enum CodingKeys: String, CodingKey {
        case keepsKeys = "keeps_keys"
        case isWhole = "is_whole"
        case over, open
    }

    /// Makes a watermark of the newest page of a list. Where the ids are so long that its text would be longer than may be,
    /// it is of the newest of them only.
    init(_ page: [ListedStart], keepsKeys: Bool, isWhole: Bool) throws {
        var page = page
        self.init(taking: page, keepsKeys: keepsKeys, isWhole: isWhole)
        while try text.utf8.count > Self.mostBytes {
            page.removeLast((page.count + 1) / 2)
            self.init(taking: page, keepsKeys: keepsKeys, isWhole: false)
        }
    }

    private init(taking page: [ListedStart], keepsKeys: Bool, isWhole: Bool) {
        self.keepsKeys = keepsKeys
        self.isWhole = isWhole
        over = page.filter(\.isOver).map(\.id)
        open = page.filter { !$0.isOver }.map(\.id)
    }

    /// Its JSON.
    var text: String {
        get throws { try JSONText.encode(self) }
    }
}
