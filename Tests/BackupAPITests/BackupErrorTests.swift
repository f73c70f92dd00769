import BackupAPI
import Testing

struct BackupErrorTests {
    @Test func `the description is the message, then the fix`() {
        #expect(BackupError(.service, "it broke").description == "it broke")
        #expect(BackupError(.service, "it broke", fix: "Mend it.").description == "it broke. Mend it.")
    }

    @Test(
        arguments: [
            ("nihgtly", ["nightly", "etc"], "no configuration is called 'nihgtly'. Did you mean 'nightly'?"),
            ("x-ray", ["nightly", "etc"], "no configuration is called 'x-ray'. Known are: etc, nightly."),
            ("x-ray", [], "no configuration is called 'x-ray'. There are no configurations yet."),
        ]
    )
    func `an unknown configuration comes with a suggestion`(name: String, known: [String], expected: String) {
        let error = BackupError.unknownConfiguration(name, known: known)
        #expect(error.code == .unknownConfiguration)
        #expect(error.description == expected)
    }

    @Test func `an unknown backup is named`() {
        let error = BackupError.unknownBackup("b9")
        #expect(error.code == .unknownBackup)
        #expect(error.description == "no backup has the id 'b9'. List the backups to see their ids.")
    }

    @Test func `a backup that is over is a conflict`() {
        let error = BackupError.alreadyFinal("b1", state: .completed)
        #expect(error.code == .conflict)
        #expect(error.description == "backup 'b1' is already completed and cannot be stopped")
    }

    @Test(
        arguments: [
            (BackupError.Code.unknownConfiguration, "unknown_configuration"),
            (.unknownBackup, "unknown_backup"),
            (.invalidConfiguration, "invalid_configuration"), (.conflict, "conflict"),
            (.toolMissing, "tool_missing"), (.wrongPassword, "wrong_password"),
            (.repositoryLocked, "repository_locked"), (.repositoryMissing, "repository_missing"),
            (.diskFull, "disk_full"), (.timedOut, "timed_out"), (.unsupported, "unsupported"),
            (.storage, "storage"), (.service, "service"),
        ]
    )
    func `a code has the name that scripts see`(code: BackupError.Code, name: String) {
        #expect(code.description == name)
    }
}
