import BackupAPI

/// How something stands, as a sign, a word and a colour: the colour is never alone.
struct OutcomeSign: Sendable {
    /// The classes of the style sheet.
    enum Tone: String, Sendable {
        case ok, warning, failed, running, parked, none
    }

    let tone: Tone
    let word: String

    /// The sign of a state, an outcome or a run's status by its word.
    init(of word: String) {
        self.word = word.replacing("_", with: " ")
        tone =
            switch word {
            case "ok", "completed", "done", "started": .ok
            case "warning", "completed_with_errors", "interrupted", "undelivered", "does not run": .warning
            case "failed", "timed_out": .failed
            case "running", "in_progress", "preparing", "queued", "start_requested", "start_scheduled",
                "stop_requested", "waiting", "open":
                .running
            case "parked", "question": .parked
            default: .none
            }
    }

    /// Sign and word; `asChip` with a frame.
    func html(asChip: Bool = false) -> HTML {
        "<span class=\"outcome \(tone.rawValue)\(asChip ? " chip" : "")\">\(picture)\(word)</span>"
    }

    private var picture: HTML {
        let shape: HTML =
            switch tone {
            case .ok:
                "<path d=\"M2 8.5 6 12.5 14 3.5\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2.4\"/>"
            case .warning:
                """
                <path d="M8 1 15.2 14.5H.8Z" fill="none" stroke="currentColor" stroke-width="1.8"/>\
                <path d="M8 5.5v4.5M8 11.3v1.7" stroke="currentColor" stroke-width="1.8"/>
                """
            case .failed: "<path d=\"M3 3 13 13M13 3 3 13\" stroke=\"currentColor\" stroke-width=\"2.6\"/>"
            case .running:
                """
                <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2"/>\
                <path d="M6.5 5 11 8 6.5 11Z" fill="currentColor"/>
                """
            case .parked:
                """
                <circle cx="8" cy="8" r="6.8" fill="none" stroke="currentColor" stroke-width="1.8"/>\
                <path d="M5.8 6.3a2.2 2.2 0 1 1 3.2 2c-.8.5-1 .8-1 1.6M8 11.3v1.5" fill="none" \
                stroke="currentColor" stroke-width="1.6"/>
                """
            case .none: "<path d=\"M3 8h10\" stroke=\"currentColor\" stroke-width=\"2.4\"/>"
            }
        return "<svg viewBox=\"0 0 16 16\" aria-hidden=\"true\">\(shape)</svg>"
    }
}
