import BackupAPI
import NIOHTTP1

/// A look through a list of starts for what has come since a watermark.
struct FateSearch {
    /// What a look has found.
    struct Findings {
        /// What the service says of the key; `nil` where it does not know keys.
        var word: StartFate?
        /// What was not there before, newest first.
        var news: [ListedStart] = []
        /// Whether nothing that has come since can have been missed.
        var isComplete = false
    }

    /// So many are asked for at once: what the service gives by default.
    private static let pageSize = 100
    /// So many pages are read at most.
    static let mostPages = 20
    /// The key that is asked for before a start, to see whether the service knows keys.
    private static let anyKey = "watermark"

    let api: CloudAPI
    let request: StartRequest

    /// The newest page as it is now.
    func watermark() async throws -> StartWatermark {
        let page = try await page(after: nil, key: Self.anyKey)
        return try StartWatermark(
            page.items,
            keepsKeys: page.word != nil,
            isWhole: page.items.count < Self.pageSize
        )
    }

    /// Reads the list from the newest item on, until what was over at the watermark comes: what is behind it is older,
    /// whether the list is in the order of starts or of changes (contract 6.4, 2.6).
    ///
    /// It ends at the first page where the service knows the key, or where there is no watermark.
    func look(for key: String, since watermark: StartWatermark?) async throws -> Findings {
        let over = Set(watermark?.over ?? [])
        let open = Set(watermark?.open ?? [])
        var findings = Findings()
        var seen: Set<String> = []
        var marker: String?
        for number in 0..<Self.mostPages {
            let page = try await page(after: marker, key: number == 0 ? key : nil)
            if number == 0 {
                findings.word = page.word
                guard let watermark, !(watermark.keepsKeys && page.word != nil) else { return findings }
                if case .happened? = page.word { return findings }
            }
            let fresh = page.items.filter { seen.insert($0.id).inserted }
            guard !fresh.isEmpty else {
                findings.isComplete = watermark?.isWhole ?? false
                return findings
            }
            for item in fresh where !open.contains(item.id) {
                guard over.contains(item.id) else {
                    findings.news.append(item)
                    continue
                }
                findings.isComplete = true
                // Of a whole list everything that is not known is new, wherever it stands.
                guard watermark?.isWhole ?? false else { return findings }
            }
            if findings.isComplete { return findings }
            marker = page.items.last?.id
        }
        return findings
    }

    private func page(after marker: String?, key: String?) async throws
        -> (items: [ListedStart], word: StartFate?)
    {
        let list = request.list
        var page = list.request.listing(after: marker, limit: Self.pageSize, isAscending: false)
        page.key = key
        let answer = try await api.answer(to: page)
        let items = try api.resource(of: answer, to: page) { json throws(Missing) in
            try json.list(list.key, request.listed)
        }
        guard let key, answer.headers.first(name: "Idempotency-Key") == key else { return (items, nil) }
        return (items, answer.createdID.map { .happened(id: $0) } ?? .absent)
    }
}
