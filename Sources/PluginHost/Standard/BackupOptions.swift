import LuaKit

/// The options of `backup.wait` and `backup.run`.
struct WaitOptions: OptionTable {
    var timeout: Option<TimeSpan>?
    var onProgress: Option<Callback>?

    static let fields: [ParameterDescription] = [
        .absent("timeout", "duration", "Raise 'timed_out' after so long; the backup goes on. Default: none."),
        .absent(
            "on_progress",
            "function(progress: Progress)",
            "Called while the backup runs, at most once a second, and less often the longer it takes. Default: none."
        ),
    ]

    private enum CodingKeys: String, CodingKey {
        case timeout
        case onProgress = "on_progress"
    }
}

/// The options of `backup.progress`.
struct ProgressOptions: OptionTable {
    var every: Option<TimeSpan>?
    var timeout: Option<TimeSpan>?

    static let fields: [ParameterDescription] = [
        .absent(
            "every",
            "duration",
            "At least so long from one piece to the next; longer after many. Default: 1s."
        ),
        .absent("timeout", "duration", "Raise 'timed_out' after so long; the backup goes on. Default: none."),
    ]
}

/// The options of `backup.list`.
struct ListOptions: OptionTable {
    var configuration: Option<ConfigurationReference>?
    var state: Option<StateName>?
    var limit: Option<ListLimit>?

    static let fields: [ParameterDescription] = [
        .absent("configuration", "configuration", "Only of this configuration. Default: of all."),
        .absent("state", "state", "Only in this state, for example \"completed\". Default: in any."),
        .absent("limit", "integer", "At most so many, 1 to 1000. Default: 100."),
    ]
}

/// The options of `backup.latest`.
struct LatestOptions: OptionTable {
    var state: Option<StateName>?

    static let fields: [ParameterDescription] = [
        .absent("state", "state", "Only in this state, for example \"completed\". Default: in any.")
    ]
}
