public import BackupAPI

/// A list of the service, item by item; each page is asked for when the one before it is used up (contract 1.8).
///
/// The marker of a page is the last item of the page before. Items that came before are left out, and a page that
/// brings nothing new is the end, since the service's `next` links never end (contract 6.4). Each iteration begins anew.
public struct PagedList<Element: Identifiable & Sendable>: AsyncSequence, Sendable
where Element.ID == ResourceID<Element> {
    /// A service gives at least so many when so many are wanted: its default.
    private static var defaultPageSize: Int { 100 }

    let api: CloudAPI
    let request: CloudRequest
    let key: String
    let start: String?
    let pageSize: Int
    let isAscending: Bool
    let read: @Sendable (JSONValue) throws(Missing) -> Element

    /// Walks through a list.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let list: PagedList
        private var marker: String?
        private var page: ArraySlice<Element> = []
        private var seen: Set<Element.ID> = []
        private var isAtEnd = false

        init(_ list: PagedList) {
            self.list = list
            marker = list.start
        }

        /// The next item; `nil` at the end. Throws `BackupError` and `CancellationError`.
        public mutating func next() async throws -> Element? {
            while page.isEmpty, !isAtEnd {
                let items = try await list.page(after: marker)
                page = items.filter { seen.insert($0.id).inserted }[...]
                isAtEnd = page.isEmpty || items.count < Swift.min(list.pageSize, PagedList.defaultPageSize)
                marker = items.last?.id.rawValue
            }
            return page.popFirst()
        }
    }

    /// Begins at the list's start.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }

    private func page(after marker: String?) async throws -> [Element] {
        let request = request.listing(after: marker, limit: pageSize, isAscending: isAscending)
        return try await api.resource(request) { json throws(Missing) in try json.list(key, read) }
    }
}
