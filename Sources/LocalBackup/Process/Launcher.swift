import BackupAPI
package import HostSystem
import Programs
import Subprocess

/// Starts a program so that it outlives its host: in its own session, with its output in spool files.
///
/// A shell stands between the two, since nobody else can read the exit code of a program whose parent has died. The shell
/// and the program inherit locks: as long as one of them lives, whoever tries such a lock can tell, in every PID namespace
/// and after every crash.
package enum Launcher {
    /// The shell outlives the signals that the program gets, and does not start it after one. `$1` is the spool, the rest is
    /// the command line. Standard input, output and error are the locks at first. A second shell writes down the number
    /// that restic will have, which restic writes into its locks in the repository. What a program leaves running, as a
    /// master of ssh, must not keep the locks.
    private static let script = """
        stop=
        trap 'stop=1' INT TERM HUP
        exec 9<&0 8<&1 7<&2 </dev/null >/dev/null 2>/dev/null
        spool=$1
        shift
        read -r stat </proc/$$/stat && printf '%s\\n' "$stat" >"$spool/process"
        if [ "$stop" ]; then
            code=130
        else
            /bin/sh -c 'printf "%s\\n" $$ >"$0/pid" && exec "$@"' "$spool" "$@" >"$spool/out" 2>"$spool/err"
            code=$?
        fi
        printf '%s\\n' "$code" >"$spool/rc"
        if [ -x /usr/bin/flock ]; then /usr/bin/flock -u 9; /usr/bin/flock -u 8; /usr/bin/flock -u 7; fi
        """

    /// Starts `program` and returns its launcher as soon as that runs. `onExit` is called when it has ended, unless
    /// the host dies first.
    ///
    /// The program holds the spool's lock `held`, and besides the `locks`, two at the most. Throws `service` when another
    /// program of the spool lives.
    package static func launch(
        _ program: String,
        arguments: [String],
        environment: [String: String],
        spool: Spool,
        locks: [FileLock] = [],
        onExit: @escaping @Sendable () -> Void
    ) async throws -> ProcessIdentity {
        let held = try await FileLock.wait(spool.held, .exclusive)
        // The child has it, or there is none.
        defer { held.leave() }
        var options = PlatformOptions()
        options.createSession = true
        let configuration = Subprocess.Configuration(
            executable: .file("/bin/sh"),
            arguments: Arguments(["-c", script, "sh", spool.path, program] + arguments),
            environment: .restricted(to: environment),
            platformOptions: options
        )
        let files = [held] + locks + Array(repeating: held, count: 2 - min(2, locks.count))
        let streams = try files.map(InheritedLock.init)
        let input = try streams[0].input
        let (output, error) = (try streams[1].output, try streams[2].output)
        let (started, continuation) = AsyncThrowingStream.makeStream(of: ProcessIdentity?.self)
        // Cancelling the waiting would kill the program, so no task that may be cancelled waits; this one ends with
        // the program and holds nothing but the two closures.
        Task {
            do {
                _ = try await run(configuration, input: input, output: output, error: error) { execution in
                    // From here on the child alone holds what it has inherited.
                    for stream in streams { stream.close() }
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
