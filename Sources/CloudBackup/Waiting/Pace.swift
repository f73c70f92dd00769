/// How often the watcher looks.
enum Pace {
    /// Up to so many backups are read one by one, more are read from the list.
    static let singleReads = 2
    /// The pages of the list have so many backups: what the service gives by default.
    static let pageSize = 100
    /// So many pages are searched for backups whose place is not known, more where they fill more.
    static let searchedPages = 20
    /// So many backups are read one by one in one step at most.
    static let strayReads = 16
    /// So many event lists are read in a second, for the progress of those that run.
    static let progressReadsPerSecond = 4.0

    /// Events that cannot be read are left alone for so long.
    static let pauseWithoutEvents = Duration.seconds(30)

    /// A request of a host that has just died may be on its way for so long.
    static let requestOnItsWay = longest

    /// The step after a change.
    private static let shortest = Duration.seconds(1)
    /// The longest step, so that the end of a backup is seen within 3 seconds.
    private static let longest = Duration.seconds(2)

    /// The step after one that brought no news: slower and slower.
    static func slower(than step: Duration) -> Duration { min(longest, step * 1.25) }

    /// The step after news. Where many wait, something changes all the time: what a step costs gives the pace.
    static func afterNews(requests: Int) -> Duration {
        min(longest, max(shortest, .milliseconds(200) * requests))
    }
}
