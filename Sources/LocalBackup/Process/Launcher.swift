import BackupAPI
import Subprocess

/// Starts a program so that it outlives its host: in its own session, with its output in spool files.
///
/// A shell stands between the two, since nobody else can read the exit code of a program whose parent has died.
package enum Launcher {
    /// The shell outlives the signals that the program gets, and does not start it after one. `$1` is the spool, `$2` the
    /// permit that it takes by making the file, the rest is the command line. Nothing but built-in commands: there may be
    /// no PATH.
    private static let script = """
        stop=
        trap 'stop=1' INT TERM HUP
        spool=$1
        permit=$2
        shift 2
        set -C
        printf '' >"$permit" || exit 1
        set +C
        read -r stat </proc/$$/stat && printf '%s\\n' "$stat" >"$spool/process"
        if [ "$stop" ]; then
            code=130
        else
            "$@" </dev/null >"$spool/out" 2>"$spool/err"
            code=$?
        fi
        printf '%s\\n' "$code" >"$spool/rc"
        """

    /// Starts `program` and answers its launcher as soon as that runs. `onExit` is called when it has ended, unless
    /// the host dies first.
    package static func launch(
        _ program: String,
        arguments: [String],
        environment: [String: String],
        spool: Spool,
        onExit: @escaping @Sendable () -> Void
    ) async throws -> ProcessIdentity {
        var options = PlatformOptions()
        options.createSession = true
        let configuration = Subprocess.Configuration(
            executable: .file("/bin/sh"),
            arguments: Arguments(["-c", script, "sh", spool.path, spool.nextPermit, program] + arguments),
            environment: .restricted(to: environment),
            platformOptions: options
        )
        let (started, continuation) = AsyncThrowingStream.makeStream(of: ProcessIdentity?.self)
        // Cancelling the waiting would kill the program, so no task that may be cancelled waits; this one ends with
        // the program and holds nothing but the two closures.
        Task {
            do {
                _ = try await run(configuration, input: .none, output: .discarded, error: .discarded) {
                    execution in
                    continuation.yield(ProcessIdentity(of: execution.processIdentifier.value))
                    continuation.finish()
                }
            } catch {
                continuation.finish(throwing: error)
            }
            onExit()
        }
        for try await identity in started {
            if let identity { return identity }
        }
        try Task.checkCancellation()
        throw BackupError(.service, "the process that was started for '\(program)' cannot be found in /proc")
    }
}
