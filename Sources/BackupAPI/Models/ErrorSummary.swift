/// What went wrong in a backup, a restore or a cleanup, in short (contract 2.3).
public struct ErrorSummary: Codable, Hashable, Sendable {
    /// How many errors there were.
    public var count: Int
    /// The cause for machines, for example `unable_to_process_some_files`; empty when nothing went wrong.
    public var reason: String
    /// The cause for people; empty when nothing went wrong, `nil` for finished cleanups.
    @Nullable public var diagnostics: String?
    /// `full`: the errors resource.
    public var links: [Link]

    /// Makes a summary; the defaults say that nothing went wrong.
    public init(count: Int = 0, reason: String = "", diagnostics: String? = "", links: [Link] = []) {
        self.count = count
        self.reason = reason
        self._diagnostics = Nullable(wrappedValue: diagnostics)
        self.links = links
    }
}

/// The errors resource of a backup, a restore or a cleanup (contract 2.3.5). The list may be partial.
public struct ErrorList: Codable, Hashable, Sendable {
    /// How many errors there were; may be more than are listed.
    public var count: Int
    /// The cause for machines.
    public var reason: String
    /// The cause for people.
    @Nullable public var diagnostics: String?
    /// One item per file, in the order of their appearance.
    public var list: [ErrorItem]
    /// `self`.
    public var links: [Link]

    /// Makes an errors resource.
    public init(
        count: Int = 0,
        reason: String = "",
        diagnostics: String? = "",
        list: [ErrorItem] = [],
        links: [Link] = []
    ) {
        self.count = count
        self.reason = reason
        self._diagnostics = Nullable(wrappedValue: diagnostics)
        self.list = list
        self.links = links
    }
}

/// One error: which file, and what happened to it.
public struct ErrorItem: Codable, Hashable, Sendable {
    /// The item's number in its list.
    public var index: Int
    /// The file or folder concerned.
    public var path: String
    /// `file_or_folder_missing`, `file_missing_blocks`, `phx_exception` or a word of the service's own.
    public var type: String
    /// The sentence that belongs to the type; `nil` where the service sends none.
    public var description: String?
    /// Details for developers; `null` for most.
    @Nullable public var exception: ErrorException?

    /// Makes an item.
    public init(
        index: Int,
        path: String,
        type: String,
        description: String? = nil,
        exception: ErrorException? = nil
    ) {
        self.index = index
        self.path = path
        self.type = type
        self.description = description
        self._exception = Nullable(wrappedValue: exception)
    }
}

/// What the agent's own code said of an error.
public struct ErrorException: Codable, Hashable, Sendable {
    /// The agent's number of the failure, or the system's.
    public var code: Int
    /// A short text.
    public var description: String
    /// A long text.
    public var details: String

    /// Makes an exception.
    public init(code: Int, description: String, details: String) {
        self.code = code
        self.description = description
        self.details = details
    }
}
