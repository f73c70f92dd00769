/// What begins with a colon: a word to the session itself.
enum SessionCommand: Equatable {
    /// Explains a module or function, or the session where nothing is named.
    case help(String)
    /// Ends the session.
    case quit
    /// Runs a line, and says how long it took.
    case time(String)
    /// Is none.
    case unknown(String)

    static let words = [":help", ":quit", ":time"]

    /// Reads a line; `nil` where it is Lua, in which only `::` begins so.
    init?(_ line: String) {
        guard line.hasPrefix(":"), !line.hasPrefix("::") else { return nil }
        let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
        let rest = parts.dropFirst().first?.trimmingPrefix { $0 == " " }.description ?? ""
        switch parts.first {
        case ":help": self = .help(rest.split(separator: " ").first.map(String.init) ?? "")
        case ":quit": self = .quit
        case ":time": self = .time(rest)
        default: self = .unknown(parts.first ?? line)
        }
    }

    static let explanation = """
        Lines are Lua. The values of an expression are shown; what is not finished goes on after '>>'.
        Globals stay for the next lines, locals do not: write 'id = …' without 'local'.

          :help TOPIC  explains a module or a function: :help backup.wait
          :time LINE   runs a line, and says how long it took
          :quit        ends the session, as Ctrl-D does

        Tab completes names, fields and configurations. Ctrl-C ends what a line waits for, but not the backup itself, and
        gives up what is typed. The arrow keys and Ctrl-R find earlier lines; one that begins with a space is not kept.
        """
}
