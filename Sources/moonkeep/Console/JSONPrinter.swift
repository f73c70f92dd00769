import BackupAPI
import LuaKit
import PluginHost
import RunJournal

/// Shows a run to a program: one JSON object a line, with `type` first.
struct JSONPrinter: RunPrinter {
    let output: Console
    let error: Console

    func print(_ event: RunEvent) {
        guard let text = try? JSONText.encode(RunEventRecord(event)) else { return }
        output.writeLine(text)
    }

    func note(_ text: String) {
        error.writeLine(text)
    }

    func end() {}
}

/// A piece of news as JSON.
private struct RunEventRecord: Encodable {
    var type: String
    var run: String?
    var script: String?
    var attempt: Int?
    var line: String?
    var level: String?
    var message: String?
    var fields: LuaValue?
    var step: String?
    var question: Question?
    var configuration: String?
    var backup: DetailedBackup?
    var progress: BackupProgress?
    var outcome: String?
    var status: String?
    var failure: FailureRecord?
    var unfinished: [DetailedBackup]?

    init(_ event: RunEvent) {
        switch event {
        case .started(let run, let script):
            self.init(type: "started")
            self.run = run
            self.script = script
        case .resumed(let run, let script, let attempt):
            self.init(type: "resumed")
            self.run = run
            self.script = script
            self.attempt = attempt
        case .output(let line):
            self.init(type: "output")
            self.line = line
        case .log(let level, let message, let fields):
            self.init(type: "log")
            self.level = level.rawValue
            self.message = message
            if case .table(let table) = fields, !table.fields.isEmpty { self.fields = fields }
        case .asked(let question):
            self.init(type: "asked")
            run = question.step.run
            step = "\(question.step.taskPath)#\(question.step.sequence)"
            self.question = question.question.asked
        case .backupStarted(let backup, let configuration):
            self.init("backup_started", backup, configuration)
        case .backupProgress(let update, let configuration):
            self.init("backup_progress", update.backup, configuration)
            progress = update.progress
        case .backupFinished(let backup, let configuration):
            self.init("backup_finished", backup, configuration)
        case .finished(let result):
            self.init(type: "finished")
            run = result.id
            script = result.script
            outcome = result.outcome.rawValue
            status = result.status.rawValue
            message = result.message
            failure = result.failure.map(FailureRecord.init)
            unfinished = result.unfinished.map(DetailedBackup.init)
        }
    }

    private init(type: String) {
        self.type = type
    }

    private init(_ type: String, _ backup: Backup, _ configuration: String) {
        self.init(type: type)
        self.configuration = configuration
        self.backup = DetailedBackup(backup)
    }
}

/// Why a script failed, as JSON.
private struct FailureRecord: Encodable {
    var code: String
    var message: String
    var fix: String?
    var script: String?
    var line: Int?
    var traceback: [String]

    init(_ failure: RunFailure) {
        code = failure.code
        message = failure.message
        fix = failure.fix
        script = failure.place?.script
        line = failure.place?.line
        traceback = failure.traceback
    }
}
